/** What came of one conversation. */
export interface ConversationResult {
  id: string;
  utterances: number;
  /** Its turns had no times of their own. */
  timesMade: boolean;
  /** Rule of each finding that stands at the end. */
  findings: { ruleId: string }[];
  alerts: { interrupting: boolean; latencyMs?: number }[];
  /** Events that were refused or could not be read. */
  notInspected: number;
  repeated: number;
}

/** What `replay --json` prints. */
export interface ReplayReport {
  conversations: number;
  utterances: number;
  seconds: number;
  findings: number;
  alerts: number;
  interrupting: number;
  byRule: Record<string, { findings: number; conversations: number }>;
  alertedConversations: string[];
  interruptedConversations: string[];
  /** From the end of the words to the alert; null if there was no alert to measure. */
  latencyMs: { p50: number | null; p95: number | null; p99: number | null };
  notInspected: number;
  repeated: number;
}

/** The report so far, with what only the end needs. */
export interface ReplayTally {
  report: Omit<ReplayReport, 'seconds' | 'latencyMs'>;
  latenciesMs: number[];
  /** Conversations whose times were made. */
  timesMade: number;
}

export function emptyTally(): ReplayTally {
  return {
    report: {
      conversations: 0,
      utterances: 0,
      findings: 0,
      alerts: 0,
      interrupting: 0,
      // No prototype: a rule may be called anything.
      byRule: Object.create(null),
      alertedConversations: [],
      interruptedConversations: [],
      notInspected: 0,
      repeated: 0,
    },
    latenciesMs: [],
    timesMade: 0,
  };
}

/** Adds one conversation in place: a replay may have a hundred thousand of them. */
export function addResult(tally: ReplayTally, result: ConversationResult): void {
  const { report } = tally;
  const interrupting = result.alerts.filter((alert) => alert.interrupting).length;
  report.conversations += 1;
  report.utterances += result.utterances;
  report.findings += result.findings.length;
  report.alerts += result.alerts.length;
  report.interrupting += interrupting;
  report.notInspected += result.notInspected;
  report.repeated += result.repeated;
  if (result.timesMade) tally.timesMade += 1;
  if (result.alerts.length > 0) report.alertedConversations.push(result.id);
  if (interrupting > 0) report.interruptedConversations.push(result.id);
  for (const { latencyMs } of result.alerts) if (latencyMs !== undefined) tally.latenciesMs.push(latencyMs);
  for (const { ruleId } of result.findings) ruleOf(report.byRule, ruleId).findings += 1;
  for (const ruleId of new Set(result.findings.map((finding) => finding.ruleId))) {
    ruleOf(report.byRule, ruleId).conversations += 1;
  }
}

export function finishReport({ report, latenciesMs }: ReplayTally, seconds: number): ReplayReport {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const { conversations, utterances, findings, alerts, interrupting, byRule, ...rest } = report;
  const rules = Object.entries(byRule).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    conversations,
    utterances,
    seconds,
    findings,
    alerts,
    interrupting,
    byRule: Object.fromEntries(rules),
    alertedConversations: rest.alertedConversations,
    interruptedConversations: rest.interruptedConversations,
    latencyMs: { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) },
    notInspected: rest.notInspected,
    repeated: rest.repeated,
  };
}

/** Nearest rank: a latency that was really measured. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function ruleOf(byRule: ReplayReport['byRule'], ruleId: string) {
  byRule[ruleId] ??= { findings: 0, conversations: 0 };
  return byRule[ruleId];
}
