import { PARTICIPANT_ROLES } from '@earshot/model';
import type { Answerer } from '@earshot/warehouse/queries';
import { z } from 'zod';

const row = z.object({
  leg: z.string(),
  segment: z.coerce.number(),
  revision: z.coerce.number(),
  final: z.boolean(),
  withdrawn: z.boolean(),
  participantId: z.string(),
  role: z.enum(PARTICIPANT_ROLES),
  text: z.string(),
  startMs: z.coerce.number(),
  endMs: z.coerce.number(),
  receivedAtMs: z.coerce.number(),
});

/** An utterance at its deciding revision. */
export type PastWords = z.infer<typeof row>;

const SQL = `
  SELECT leg, segment, revision, final, withdrawn, participant_id AS participantId, role, text,
    start_ms AS startMs, end_ms AS endMs, received_ms AS receivedAtMs
  FROM earshot.utterances FINAL
  WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String}
  ORDER BY start_ms, leg, segment
  LIMIT {limit:UInt32}`;

/** What was said in one conversation, in the order of speaking. */
export async function wordsOfConversation(
  warehouse: Answerer,
  asked: { tenant: string; conversationId: string; limit: number },
): Promise<PastWords[]> {
  const rows = await warehouse.query({ name: 'words-of-conversation', sql: SQL, params: asked });
  return rows.map((one) => row.parse(one));
}
