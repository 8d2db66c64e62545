import { type UtteranceScore, utteranceAnchor } from '@earshot/model';
import type { Answerer } from '@earshot/warehouse/queries';
import { z } from 'zod';

const probability = z.coerce.number();

const row = z.object({
  leg: z.string(),
  segment: z.coerce.number(),
  revision: z.coerce.number(),
  model: z.string(),
  negative: probability,
  neutral: probability,
  positive: probability,
  anger: probability,
  offensive: probability,
});

const SQL = `
  SELECT leg, segment, revision, model, negative, neutral, positive, anger, offensive
  FROM earshot.utterance_scores FINAL
  WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String}
  ORDER BY leg, segment, revision, model
  LIMIT {limit:UInt32}`;

/** By `utteranceAnchor`, as a record keeps them. */
export type PastScores = Map<string, UtteranceScore[]>;

/** What the models made of the words of one conversation. */
export async function scoresOfConversation(
  warehouse: Answerer,
  asked: { tenant: string; conversationId: string; limit: number },
): Promise<PastScores> {
  const rows = await warehouse.query({ name: 'scores-of-conversation', sql: SQL, params: asked });
  const scores: PastScores = new Map();
  for (const one of rows) {
    const { leg, segment, revision, model, ...felt } = row.parse(one);
    const anchor = utteranceAnchor(leg, segment);
    scores.set(anchor, [...(scores.get(anchor) ?? []), { leg, segment, revision, model, scores: felt }]);
  }
  return scores;
}
