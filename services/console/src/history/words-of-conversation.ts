import { PARTICIPANT_ROLES } from '@earshot/model';
import type { Answerer } from '@earshot/warehouse/queries';
import type { TranscriptLine } from '@earshot/wire/live';
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
});

const SQL = `
  SELECT leg, segment, revision, final, withdrawn, participant_id AS participantId, role, text,
    start_ms AS startMs, end_ms AS endMs
  FROM earshot.utterances FINAL
  WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String}
  ORDER BY start_ms, leg, segment
  LIMIT {limit:UInt32}`;

/** What was said in one conversation, in the order of speaking; hit words are not marked. */
export async function wordsOfConversation(
  warehouse: Answerer,
  asked: { tenant: string; conversationId: string; limit: number },
): Promise<TranscriptLine[]> {
  const rows = await warehouse.query({ name: 'words-of-conversation', sql: SQL, params: asked });
  return rows.map((one) => ({ ...row.parse(one), hits: [] }));
}
