import { type Channel, type Finding, interrupts, type ParticipantRole, severityRank } from '@earshot/model';
import { judgeRecord, type RuleSet, recordOf } from '@earshot/rules';

/** A conversation of a corpus; times in ms since its start. */
export interface CorpusConversation {
  id: string;
  channel: Channel;
  turns: readonly { role: ParticipantRole; text: string; offsetMs?: number; durationMs?: number }[];
}

export type Corpus = Iterable<CorpusConversation>;

export interface CorpusCounts {
  conversations: number;
  turns: number;
  /** Findings of at least medium, and of those the ones that interrupt a person. */
  alerts: number;
  interruptions: number;
  alertsPerThousandTurns: number;
  interruptionsPerThousandTurns: number;
  byRule: Record<string, { findings: number; conversations: number }>;
  alertedConversations: string[];
  interruptedConversations: string[];
}

/** What the rules say of a whole corpus, each conversation judged once it has ended. */
export function measureCorpus(corpus: Corpus, ruleSet: RuleSet): CorpusCounts {
  const counts = { conversations: 0, turns: 0, alerts: 0, interruptions: 0 };
  const byRule: CorpusCounts['byRule'] = {};
  const alertedConversations: string[] = [];
  const interruptedConversations: string[] = [];
  for (const { id, channel, turns } of corpus) {
    const record = recordOf(
      turns.map(({ role, text, offsetMs, durationMs }) => ({
        role,
        text,
        atMs: offsetMs,
        endMs: offsetMs !== undefined && durationMs !== undefined ? offsetMs + durationMs : undefined,
      })),
      { conversationId: id, channel },
    );
    const findings = judgeRecord(ruleSet, record, { latenessMs: 0 });
    const alerts = findings.filter((finding) => severityRank(finding.severity) >= severityRank('medium'));
    const interruptions = alerts.filter((finding) => interrupts(finding.severity));
    counts.conversations++;
    counts.turns += turns.length;
    counts.alerts += alerts.length;
    counts.interruptions += interruptions.length;
    if (alerts.length > 0) alertedConversations.push(id);
    if (interruptions.length > 0) interruptedConversations.push(id);
    countRules(byRule, findings);
  }
  const perThousand = (count: number) => (counts.turns === 0 ? 0 : (count * 1000) / counts.turns);
  return {
    ...counts,
    alertsPerThousandTurns: perThousand(counts.alerts),
    interruptionsPerThousandTurns: perThousand(counts.interruptions),
    byRule,
    alertedConversations,
    interruptedConversations,
  };
}

function countRules(byRule: CorpusCounts['byRule'], findings: readonly Finding[]): void {
  const seen = new Set<string>();
  for (const { ruleId } of findings) {
    const counts = byRule[ruleId] ?? { findings: 0, conversations: 0 };
    byRule[ruleId] = counts;
    counts.findings++;
    if (!seen.has(ruleId)) counts.conversations++;
    seen.add(ruleId);
  }
}
