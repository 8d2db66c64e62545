import type { Gaps } from './alert-gaps.js';
import type { FaultOptions } from './cluster-faults.js';
import type { Faults } from './oracle.js';
import type { Spread } from './spread.js';

export interface ClusterRunOptions extends FaultOptions {
  seed: number;
  openCalls: number;
  finalsPerSecond: number;
  partialsPerFinal: number;
  speed: number;
  /** At most so long between two faults, ms. */
  everyMs: number;
  /** Processes of each service, as `--replicas` takes them. */
  replicas: string;
  /** Time without faults before the first and behind the last, ms. */
  leadMs?: number;
  /** How long the desk may take to be right after the last word, ms. */
  settleMs?: number;
  /** Parts that are killed and frozen; absent: all. */
  victims?: readonly string[];
  /** With analytics and the engine of this machine. */
  analysis?: boolean;
  /** Loaded into each process before the product. */
  preload?: string;
  forgetfulDesktop?: boolean;
  onProgress?(line: string): void;
}

export interface ClusterReport {
  options: Omit<ClusterRunOptions, 'onProgress' | 'preload'>;
  seconds: number;
  parts: string[];
  /** Of each kind of fault, how many were done. */
  done: Record<string, number>;
  events: number;
  acknowledged: number;
  /** Of those, from the disk of the door. */
  spooled: number;
  records: number;
  alertsExpected: number;
  alertsShown: number;
  conflictsPlanted: number;
  reconnects: number;
  takeovers: number;
  spokenShownMs: Spread;
  gaps: Gaps;
  longestOutageMs: number;
  stopCode: number | null;
  faults: Faults;
  examples: string[];
}

/** The run as a page that can be committed. */
export function asPage(report: ClusterReport): string {
  const { options, faults, gaps, spokenShownMs } = report;
  const wrong = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const rows = (entries: [string, unknown][]) => entries.map(([name, value]) => `| ${name} | ${String(value)} |`);
  const times = ({ count, p50, p99, max }: Spread) => (count === 0 ? 'none' : `${p50} / ${p99} / ${max} ms (${count})`);
  const { rowsWrong: _, ...counted } = faults;
  const flags = [
    ...['kills', 'zombies', 'joins'].map((name) => `--${name} ${options[name as 'kills']}`),
    `--kafka-away ${options.kafkaAwayMs / 1000} --calls ${options.openCalls} --rate ${options.finalsPerSecond}`,
    `--speed ${options.speed} --every ${options.everyMs} --replicas ${options.replicas} --seed ${options.seed}${options.analysis ? ' --analysis' : ''}`,
  ];
  return [
    '# A cluster whose processes are killed, frozen and moved',
    '',
    `\`npm run chaos -- --cluster ${flags.join(' ')}\` on Node ${process.version}, ${wrong === 0 ? 'nothing wrong' : `**${wrong} faults**`}.`,
    '',
    '| counted | |',
    '| --- | --- |',
    ...rows([
      ['processes', report.parts.join(', ')],
      ...Object.entries(report.done),
      ['seconds', Math.round(report.seconds)],
      ['calls open at once', `${options.openCalls}, one of two hours of talk, two silent ones with a deadline`],
      [
        'events said / acknowledged (from the disk of the door) / records on the log',
        `${report.events} / ${report.acknowledged} (${report.spooled}) / ${report.records}`,
      ],
      ['alerts expected / popped up', `${report.alertsExpected} / ${report.alertsShown}`],
      ['conflicts planted', report.conflictsPlanted],
      ['takeovers of partitions', report.takeovers],
      ['desk reconnected', report.reconnects],
    ]),
    '',
    '| must be zero | |',
    '| --- | --- |',
    ...rows(Object.entries(counted)),
    '',
    '| time | p50 / p99 / max (count) |',
    '| --- | --- |',
    ...rows([
      ['words → alert on the log, the longest of a partition whose node died', times(gaps.dead)],
      ['the same times, partitions of other nodes', times(gaps.others)],
      ['words → alert on the log, no fault near', times(gaps.quiet)],
      ['words → alert on the desk, everything included', times(spokenShownMs)],
      ['longest time without an acknowledgement', `${report.longestOutageMs} ms`],
    ]),
    '',
    ...(report.examples.length > 0 ? ['Examples:', '', ...report.examples.map((one) => `- ${one}`), ''] : []),
  ].join('\n');
}
