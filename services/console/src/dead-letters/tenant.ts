import { TOPICS } from '@earshot/wire';

/** Where the tenant stands in the key of each topic (`TOPIC_CATALOGUE`). What comes from outside names none. */
const TENANT_AT: Readonly<Record<string, number>> = {
  [TOPICS.conversations]: 0,
  [TOPICS.cases]: 0,
  [TOPICS.alerts]: 0,
  [TOPICS.control]: 0,
  [TOPICS.history]: 0,
  [TOPICS.deliveries]: 1,
};

/** Whose record it was; undefined: nobody but the operator can tell. */
export function tenantOfKey(topic: string, key: string): string | undefined {
  const at = TENANT_AT[topic];
  const parts = key.split('|');
  return at === undefined || parts.length < 2 ? undefined : parts[at];
}
