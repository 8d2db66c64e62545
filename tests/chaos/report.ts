import type { KillReport } from './kill-report.js';

/** The run as a page that can be committed. */
export function asMarkdown(report: KillReport): string {
  const { options, faults, restart, spokenShownMs } = report;
  const rowsKnown = report.rows !== undefined;
  const wrong = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const rows = (entries: [string, unknown][]) => entries.map(([name, value]) => `| ${name} | ${String(value)} |`);
  const times = ({ count, p50, p99, max }: typeof spokenShownMs) => `${p50} / ${p99} / ${max} ms (${count})`;
  return [
    '# Kills of the real process',
    '',
    `\`pnpm chaos --kills ${options.kills} --rate ${options.finalsPerSecond} --calls ${options.openCalls} --partials ${options.partialsPerFinal} --speed ${options.speed} --every ${options.everyMs} --seed ${options.seed}${options.analysis ? ' --analysis' : ''}\` on Node ${process.version}, ${wrong === 0 ? 'nothing wrong' : `**${wrong} faults**`}.`,
    '',
    '| counted | |',
    '| --- | --- |',
    ...rows([
      ['kill -9', `${report.kills} while serving, ${report.killsDuringStart} more while starting`],
      ['seconds', Math.round(report.seconds)],
      [
        'calls open at once',
        `${options.openCalls}, and one that holds two hours of talk, and two silent ones with a deadline on partitions of their own`,
      ],
      ['conversation time', `${options.speed} times real time: calls of 3 to 30 minutes`],
      [
        'events said / acknowledged / records on the log',
        `${report.events} / ${report.acknowledged} / ${report.records}`,
      ],
      [
        'alerts expected / popped up',
        `${report.alertsExpected} / ${report.alertsShown} (partials that were taken back pop up too)`,
      ],
      ['conflicts planted', report.conflictsPlanted],
      ['desk reconnected', report.reconnects],
      ['rule set changed in the middle', report.ruleSetChanged],
      ['engines that took over', report.engines.join(', ')],
    ]),
    '',
    '| must be zero | |',
    '| --- | --- |',
    // Without the engine nothing was compared, and a zero would say it was.
    ...rows(
      Object.entries(faults).map(([name, count]) => [name, name !== 'rowsWrong' || rowsKnown ? count : 'not compared']),
    ),
    '',
    '| time | p50 / p99 / max (count) |',
    '| --- | --- |',
    ...rows([
      ['exec → ingest listens', times(restart.openMs)],
      ['exec → first event acknowledged', times(restart.firstAckMs)],
      ['exec → first event judged, its alert on the log', times(restart.judgedMs)],
      ['exec → that alert on the desk', times(restart.shownMs)],
      ['exec → everything open, the console too', times(restart.readyMs)],
      ['said → on the desk, restarts included', times(spokenShownMs)],
    ]),
    '',
    ...(report.examples.length > 0 ? ['Examples:', '', ...report.examples.map((one) => `- ${one}`), ''] : []),
  ].join('\n');
}
