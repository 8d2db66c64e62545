import { describe, expect, it } from 'vitest';
import { progressLine } from './progress.js';
import { addResult, type ConversationResult, emptyTally, finishReport } from './report.js';

const quiet: ConversationResult = {
  id: 'quiet',
  utterances: 4,
  timesMade: true,
  findings: [],
  alerts: [],
  notInspected: 0,
  repeated: 0,
};

function reportOf(...results: ConversationResult[]) {
  const tally = emptyTally();
  for (const result of results) addResult(tally, result);
  return { tally, report: finishReport(tally, 2.5) };
}

describe('the report of a replay', () => {
  it('adds up what came of each conversation', () => {
    const { report, tally } = reportOf(
      quiet,
      {
        ...quiet,
        id: 'loud',
        timesMade: false,
        findings: [{ ruleId: 'b' }, { ruleId: 'a' }, { ruleId: 'a' }],
        alerts: [
          { interrupting: true, latencyMs: 30 },
          { interrupting: false, latencyMs: 10 },
        ],
        notInspected: 1,
        repeated: 2,
      },
      { ...quiet, id: 'mild', findings: [{ ruleId: 'a' }], alerts: [{ interrupting: false, latencyMs: 20 }] },
    );
    expect(report).toEqual({
      conversations: 3,
      utterances: 12,
      seconds: 2.5,
      findings: 4,
      alerts: 3,
      interrupting: 1,
      byRule: { a: { findings: 3, conversations: 2 }, b: { findings: 1, conversations: 1 } },
      alertedConversations: ['loud', 'mild'],
      interruptedConversations: ['loud'],
      latencyMs: { p50: 20, p95: 30, p99: 30 },
      notInspected: 1,
      repeated: 2,
    });
    expect(tally.timesMade).toBe(2);
    expect(Object.keys(report.byRule)).toEqual(['a', 'b']);
  });

  it('shows latencies that were measured, by nearest rank', () => {
    const alerts = Array.from({ length: 100 }, (_, i) => ({ interrupting: false, latencyMs: 100 - i }));
    expect(reportOf({ ...quiet, alerts }).report.latencyMs).toEqual({ p50: 50, p95: 95, p99: 99 });
  });

  it('has no latency without an alert', () => {
    expect(reportOf(quiet).report.latencyMs).toEqual({ p50: null, p95: null, p99: null });
  });

  it('keeps a rule with an odd name apart from what objects bring along', () => {
    const { report } = reportOf({ ...quiet, findings: [{ ruleId: 'constructor' }] });
    expect(report.byRule['constructor']).toEqual({ findings: 1, conversations: 1 });
  });
});

describe('progress', () => {
  it('tells rate and time left', () => {
    const done = { conversations: 30, utterances: 600, share: 0.25, elapsedMs: 30_000 };
    expect(progressLine(done, 'en')).toBe('25% · 30 conversations, 600 utterances · 20/s · 1 min 30 s left');
    expect(progressLine(done, 'zh')).toBe('25% · 30 个会话，600 条语句 · 每秒 20 条 · 剩余 1 分 30 秒');
  });

  it('promises nothing before the first piece, after the last, or of unknown length', () => {
    const none = { conversations: 0, utterances: 0, share: 0, elapsedMs: 0 };
    expect(progressLine(none, 'en')).toBe('0% · 0 conversations, 0 utterances · 0/s');
    expect(progressLine({ ...none, share: 1, elapsedMs: 9 }, 'en')).not.toContain('left');
    expect(progressLine({ ...none, share: undefined, elapsedMs: 9 }, 'en')).not.toContain('%');
  });
});
