import type { Contender } from './contender.js';
import type { StepResult } from './load-step.js';
import { median } from './measure.js';
import { atLeast, type Report } from './report.js';

const LEAST_TIMES = 5;

/** Which rates two sides carried, and whether ours is as far above as was promised. */
export function reportRates(
  [baseline, ours]: readonly [Contender, Contender],
  { p99, rules }: { p99: number; rules: number },
): Pick<Report, 'tables' | 'targets'> {
  const rows = [baseline, ours].map((one) => {
    const rates = one.highest.map(({ ratePerSecond }) => ratePerSecond);
    const of = (figure: (step: StepResult) => number) => median(one.highest.map(figure));
    const span = rates.length > 0 ? `${Math.min(...rates)}-${Math.max(...rates)}` : 'none carried';
    const there = {
      'p50 there, ms': of(({ toDeskMs }) => toDeskMs.p50),
      'p99 there, ms': of(({ toDeskMs }) => toDeskMs.p99),
      'processor us/utterance': of(({ processorUs }) => processorUs ?? Number.NaN),
    };
    return { side: one.name, median: rateOf(one), rounds: span, ...there };
  });
  const title = `Highest rate, utterances/s, all alerts at the desk with p99 <= ${p99} ms, nothing lost; ${rules} rules`;
  const ratio = rateOf(ours) / rateOf(baseline);
  return {
    tables: [{ title, rows }],
    targets: [atLeast("highest rate, ours / the baseline's", LEAST_TIMES, ratio)],
  };
}

const rateOf = (one: Contender) => median(one.highest.map(({ ratePerSecond }) => ratePerSecond));

export function stepLine(side: string, step: StepResult): string {
  const { ratePerSecond, toDeskMs, lost, unexpected, processorUs, senderLateMs, carried } = step;
  const { count, p50, p99 } = toDeskMs;
  const figures = `${count} alerts, p50 ${p50}, p99 ${p99} ms, lost ${lost}, unexpected ${unexpected}, processor ${processorUs} us, sender late ${senderLateMs} ms`;
  return `${side.padEnd(9)} ${String(ratePerSecond).padStart(6)}/s  ${figures}${carried ? '' : '  NOT CARRIED'}`;
}
