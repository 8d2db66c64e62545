import { TOPICS } from '@earshot/wire';

/** Where the tenant stands in the key of each topic (`TOPIC_CATALOGUE`). */
const TENANT_AT: Readonly<Record<string, number>> = {
  [TOPICS.conversations]: 0,
  [TOPICS.cases]: 0,
  [TOPICS.alerts]: 0,
  [TOPICS.control]: 0,
  [TOPICS.history]: 0,
  [TOPICS.deliveries]: 1,
};

/** Whose record it was, by its key among the dead letters; undefined: nobody but the operator can tell. */
export function tenantOfKey(topic: string, key: string): string | undefined {
  // Ingest sets aside what came from outside under a key that begins with the tenant of its topic.
  const at = topic.startsWith(TOPICS.inbound) ? 0 : TENANT_AT[topic];
  const parts = key.split('|');
  return at === undefined || parts.length < 2 ? undefined : parts[at];
}
