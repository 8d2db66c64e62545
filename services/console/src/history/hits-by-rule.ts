import type { Answerer } from '@earshot/warehouse/queries';
import { z } from 'zod';

const count = z.coerce.number().int().nonnegative();

const row = z.object({
  ruleId: z.string(),
  /** Empty: the rule over all its versions. */
  ruleSetHash: z.string(),
  title: z.string(),
  findings: count,
  conversations: count,
  /** Findings that an excuse, a correction or an answer took back; not among `findings`. */
  takenBack: count,
  lastAtMs: z.coerce.number(),
});

export type RuleHits = z.infer<typeof row>;

// The view earshot.findings joins every set of all time; here only the conversations of the range are read.
const SQL = `
  WITH
    asserted AS
    (
      SELECT conversation_id, life, finding_id, rule_id, rule_set_hash, title, words_at
      FROM earshot.finding_assertions FINAL
      WHERE tenant = {tenant:String}
        AND words_at >= fromUnixTimestamp64Milli({fromMs:Int64}) AND words_at < fromUnixTimestamp64Milli({toMs:Int64})
    ),
    lasting AS
    (
      SELECT conversation_id, life, argMax(finding_ids, as_of) AS ids
      FROM earshot.standing_sets
      WHERE tenant = {tenant:String} AND conversation_id IN (SELECT conversation_id FROM asserted)
      GROUP BY conversation_id, life
    )
  SELECT
    rule_id AS ruleId,
    rule_set_hash AS ruleSetHash,
    argMax(title, words_at) AS title,
    uniqExactIf(finding_id, has(ids, finding_id)) AS findings,
    uniqExactIf(conversation_id, has(ids, finding_id)) AS conversations,
    uniqExactIf(finding_id, NOT has(ids, finding_id)) AS takenBack,
    toUnixTimestamp64Milli(max(words_at)) AS lastAtMs
  FROM asserted
  INNER JOIN lasting ON asserted.conversation_id = lasting.conversation_id AND asserted.life = lasting.life
  GROUP BY GROUPING SETS ((rule_id), (rule_id, rule_set_hash))
  ORDER BY ruleId, ruleSetHash`;

/**
 * How often did each rule hit, in how many conversations, and in which version? By the time of the words, which is the
 * sender's; of a finding what was said of it last.
 */
export async function hitsByRule(
  warehouse: Answerer,
  asked: { tenant: string; fromMs: number; toMs: number },
): Promise<RuleHits[]> {
  const rows = await warehouse.query({ name: 'hits-by-rule', sql: SQL, params: asked });
  return z.array(row).parse(rows);
}
