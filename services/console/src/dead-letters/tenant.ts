import { TOPICS } from '@earshot/wire';

/** Whose record it was, by the key that its topic has (`TOPIC_CATALOGUE`); undefined: only the operator can tell. */
export function tenantOfKey(topic: string, key: string): string | undefined {
  const parts = key.split('|');
  if (parts.length < 2 || topic === TOPICS.inbound) return undefined;
  return topic === TOPICS.deliveries ? parts[1] : parts[0];
}
