import type { ConversationRecord } from '@earshot/model';
import type { Eras, Explanation, JudgeOptions } from '../api.js';
import { createErasJudge, lastEraOf, recordFrom } from '../judge/eras.js';
import { explain } from './explain.js';

export interface AskedFinding {
  ruleId: string;
  ruleSetHash: string;
  anchor: string;
}

export interface ErasExplanation extends Explanation {
  /** The rule came while the conversation ran: it hears what was first said from here on, epoch ms. */
  fromMs?: number;
  /** The rule is gone since then: what was first said later is no hit of it, epoch ms. */
  untilMs?: number;
}

/**
 * Why a finding stands, or no longer does, in a conversation whose rules may have changed: the rule as it came with the
 * set that the finding names, over what it heard. `findings` are those that the judge of all eras gives for this rule
 * and set. Undefined: no era has that set, or the rule did not come with it.
 */
export function explainFinding(
  eras: Eras,
  record: ConversationRecord,
  options: JudgeOptions,
  { ruleId, ruleSetHash, anchor }: AskedFinding,
): ErasExplanation | undefined {
  const judged = createErasJudge(eras, record, options)
    .findings()
    .filter((finding) => finding.ruleId === ruleId && finding.ruleSetHash === ruleSetHash);
  let found: ErasExplanation | undefined;
  for (const [era, { ruleSet, fromMs }] of eras.entries()) {
    const last = ruleSet.hash === ruleSetHash ? lastEraOf(eras, era, ruleId) : undefined;
    if (last === undefined) continue;
    const own = explain(ruleSet, recordFrom(record, era), options, ruleId, anchor);
    const untilMs = eras[last + 1]?.fromMs;
    const explained: ErasExplanation = {
      ...own,
      stands: judged.length > 0,
      findings: judged,
      ...(era > 0 && { fromMs }),
      ...(untilMs !== undefined && { untilMs }),
    };
    // One set may be met twice: the era that gives the finding is meant, else the first.
    if (own.findings.some((finding) => finding.anchor === anchor)) return explained;
    found ??= explained;
  }
  return found;
}
