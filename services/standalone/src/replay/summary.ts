import type { ReplayReport } from '@earshot/cli';
import type { Lang } from '../texts.js';

/** The report as a person reads it. */
export function summaryLines(report: ReplayReport, timesMade: number, lang: Lang): string[] {
  const zh = lang === 'zh';
  const { latencyMs, byRule } = report;
  const per1000 = (count: number) => (report.utterances === 0 ? '-' : ((count * 1000) / report.utterances).toFixed(2));
  const lines = [
    zh
      ? `${report.conversations} 通会话，${report.utterances} 条语句，用时 ${report.seconds} 秒`
      : `${report.conversations} conversations, ${report.utterances} utterances in ${report.seconds} s`,
    zh
      ? `命中 ${report.findings}，预警 ${report.alerts}（每千条 ${per1000(report.alerts)}），其中打断 ${report.interrupting}（每千条 ${per1000(report.interrupting)}）`
      : `${report.findings} findings, ${report.alerts} alerts (${per1000(report.alerts)} per 1,000 utterances), ${report.interrupting} interrupting (${per1000(report.interrupting)})`,
    zh
      ? `有预警的会话 ${report.alertedConversations.length}，有打断的 ${report.interruptedConversations.length}`
      : `conversations with an alert ${report.alertedConversations.length}, interrupted ${report.interruptedConversations.length}`,
    zh
      ? `接收到预警：p50 ${show(latencyMs.p50)}，p95 ${show(latencyMs.p95)}，p99 ${show(latencyMs.p99)} 毫秒`
      : `received → alert: p50 ${show(latencyMs.p50)}, p95 ${show(latencyMs.p95)}, p99 ${show(latencyMs.p99)} ms`,
    zh
      ? `未检查 ${report.notInspected}，重复 ${report.repeated}`
      : `not inspected ${report.notInspected}, repeated ${report.repeated}`,
  ];
  if (timesMade > 0) {
    lines.push(
      zh
        ? `${timesMade} 通会话没有时间，已按每字 250 毫秒加 400 毫秒补上`
        : `${timesMade} conversations had no times: 250 ms a character and 400 ms a turn were assumed`,
    );
  }
  const rules = Object.entries(byRule).sort(([, a], [, b]) => b.findings - a.findings);
  const width = Math.max(0, ...rules.map(([id]) => id.length));
  for (const [id, { findings, conversations }] of rules) {
    lines.push(`  ${id.padEnd(width)}  ${String(findings).padStart(6)}  ${String(conversations).padStart(6)}`);
  }
  return lines;
}

function show(value: number | null): string {
  return value === null ? '-' : String(Math.round(value));
}
