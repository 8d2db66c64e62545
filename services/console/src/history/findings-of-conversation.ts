import { EarshotError, type Evidence, PARTICIPANT_ROLES, SEVERITIES } from '@earshot/model';
import type { Answerer } from '@earshot/warehouse/queries';
import { z } from 'zod';

const evidence = z.array(
  z.object({
    leg: z.string(),
    segment: z.number(),
    revision: z.number(),
    participantId: z.string(),
    role: z.enum(PARTICIPANT_ROLES),
    startMs: z.number(),
    endMs: z.number(),
    quote: z.string(),
    spans: z.array(z.object({ start: z.number(), end: z.number() })),
  }),
);

const row = z.object({
  id: z.string(),
  ruleId: z.string(),
  title: z.string(),
  anchor: z.string(),
  severity: z.enum(SEVERITIES),
  points: z.coerce.number(),
  tags: z.array(z.string()),
  wordsAtMs: z.coerce.number(),
  ruleSetHash: z.string(),
  /** Empty once the words have been let go. */
  evidence: z.string(),
});

/** A finding as the warehouse has it: without the prompt that the agent was shown. */
export type PastFinding = Omit<z.infer<typeof row>, 'evidence'> & { evidence: Evidence[] };

const SQL = `
  WITH lasting AS
  (
    SELECT life, argMax(finding_ids, as_of) AS ids
    FROM earshot.standing_sets
    WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String}
    GROUP BY life
  )
  SELECT finding_id AS id, rule_id AS ruleId, title, anchor, severity, points, tags,
    toUnixTimestamp64Milli(words_at) AS wordsAtMs, rule_set_hash AS ruleSetHash, evidence
  FROM earshot.finding_assertions FINAL
  INNER JOIN lasting ON finding_assertions.life = lasting.life
  WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String} AND has(ids, finding_id)
  ORDER BY words_at, finding_id
  LIMIT {limit:UInt32}`;

/** What stood in one conversation at the end of each of its lives, in the order of its words. */
export async function findingsOfConversation(
  warehouse: Answerer,
  asked: { tenant: string; conversationId: string; limit: number },
): Promise<PastFinding[]> {
  const rows = await warehouse.query({ name: 'findings-of-conversation', sql: SQL, params: asked });
  return rows.map((one) => {
    const { evidence: text, ...rest } = row.parse(one);
    return { ...rest, evidence: text === '' ? [] : readEvidence(text) };
  });
}

/** The reader's own complaint would quote the words. */
function readEvidence(text: string): Evidence[] {
  try {
    return evidence.parse(JSON.parse(text));
  } catch {
    throw new EarshotError('warehouse-failed', 'the evidence of a finding has another shape');
  }
}
