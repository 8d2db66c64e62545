import { type ConversationFact, type Score, scoreId, utteranceAnchor } from '@earshot/model';
import type { Scorer } from '@earshot/sentiment';

/** Whose feelings a tenant has inferred: the customers' always, the staff's only where it is switched on. */
export type Hears = (tenant: string) => { staff: boolean };

/**
 * The amendment to a final utterance; undefined for whatever is not scored. Its name and content follow from the
 * utterance and the model alone, so scoring twice writes the same fact twice.
 */
export function scoreFact(
  fact: ConversationFact,
  scorer: Scorer,
  hears: Hears,
): (ConversationFact & { body: Score }) | undefined {
  const { tenant, conversationId, atMs, source, body } = fact;
  if (body.kind !== 'utterance' || !body.final || !isHeard(body.role, hears(tenant).staff)) return undefined;
  const { leg, segment, revision, text } = body;
  const { model } = scorer;
  return {
    tenant,
    conversationId,
    eventId: scoreId(tenant, conversationId, utteranceAnchor(leg, segment), revision, model),
    atMs,
    receivedAtMs: 0,
    source,
    body: { kind: 'score', leg, segment, revision, model, scores: scorer.score(text) },
  };
}

function isHeard(role: string, staff: boolean): boolean {
  return role === 'customer' || (staff && (role === 'agent' || role === 'supervisor'));
}
