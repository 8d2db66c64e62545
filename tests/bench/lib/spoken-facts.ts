import { type ConversationFact, conversationKey } from '@earshot/model';
import { encodeConversationFact } from '@earshot/wire';

const TENANT = 'demo';
const TURN_MS = 3_000;

/** The n-th utterance of talk in this many conversations at once, as it lies in the log. */
export function spokenFact(texts: readonly string[], conversations: number, n: number) {
  const conversationId = `call-${n % conversations}`;
  const segment = Math.floor(n / conversations);
  const endMs = Date.UTC(2026, 0, 5, 10) + segment * TURN_MS;
  const whose = { participantId: 'p-customer', role: 'customer', leg: 'customer' } as const;
  const text = texts[n % texts.length] ?? '';
  const words = { segment, revision: 0, final: true, text, startMs: endMs - 900, endMs };
  const fact: ConversationFact = {
    ...{ tenant: TENANT, conversationId, eventId: `${conversationId}-${segment}`, source: 'voice' },
    ...{ atMs: endMs, receivedAtMs: endMs, body: { kind: 'utterance', ...whose, ...words } },
  };
  return { key: conversationKey(TENANT, conversationId), value: Buffer.from(encodeConversationFact(fact)) };
}
