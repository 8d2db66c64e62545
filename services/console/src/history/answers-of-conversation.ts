import { CHANNELS, EarshotError, HISTORY_SUBJECTS, type HistoryCount, subjectName } from '@earshot/model';
import type { Answerer } from '@earshot/warehouse/queries';
import { z } from 'zod';

const earlier = z.array(z.object({ conversationId: z.string(), channel: z.enum(CHANNELS), atMs: z.number() }));

const row = z.object({
  kind: z.enum(HISTORY_SUBJECTS),
  id: z.string(),
  cause: z.coerce.number(),
  knownMs: z.coerce.number(),
  count: z.coerce.number(),
  tags: z.array(z.string()),
  tagCounts: z.array(z.coerce.number()),
  earlier: z.string(),
});

const SQL = `
  SELECT subject_kind AS kind, subject_id AS id, cause, known_ms AS knownMs, count, tags, tag_counts AS tagCounts, earlier
  FROM earshot.history_answers FINAL
  WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String}
  ORDER BY kind, id
  LIMIT {limit:UInt32}`;

/** What one conversation was told last of its customer, its agents and its topics; by `subjectName`. */
export async function answersOfConversation(
  warehouse: Answerer,
  asked: { tenant: string; conversationId: string; limit: number },
): Promise<Map<string, HistoryCount>> {
  const rows = await warehouse.query({ name: 'answers-of-conversation', sql: SQL, params: asked });
  return new Map(
    rows.map((one) => {
      const { kind, id, cause, knownMs, count, tags, tagCounts, earlier: contacts } = row.parse(one);
      const subject = { kind, id };
      const counted = tags.map((tag, n) => ({ tag, count: tagCounts[n] ?? 0 }));
      return [subjectName(subject), { subject, cause, knownMs, count, tags: counted, earlier: readEarlier(contacts) }];
    }),
  );
}

/** The reader's own complaint would quote ids of other conversations. */
function readEarlier(text: string): HistoryCount['earlier'] {
  try {
    return earlier.parse(JSON.parse(text));
  } catch {
    throw new EarshotError('warehouse-failed', 'what history answered has another shape');
  }
}
