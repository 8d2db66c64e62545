import type { StepResult } from '../lib/load-step.js';
import { median } from '../lib/measure.js';
import { atMost, type Report } from '../lib/report.js';

/** How often this program looks what is due. */
export const TICK_MS = 1;
/** Of the utterances at the low rate, those that say a phrase of a rule: alerts are rare, and a percentile needs many. */
export const SHARE_AT_LOW = 0.4;

/** A step a round. */
export interface DeskSteps {
  hops: StepResult[];
  ours: StepResult[];
  oursAtHigh: StepResult[];
}

type Rates = { low: number; high: number };

export function reportDesk(steps: DeskSteps, { low, high }: Rates): Pick<Report, 'tables' | 'targets' | 'notes'> {
  const { hops, ours, oursAtHigh } = steps;
  return {
    tables: [
      {
        title: 'From the end of the words to the desk; medians of the rounds',
        rows: [
          rowOf('two hops, one push', low, hops),
          rowOf('ours: judged, shown', low, ours),
          rowOf('ours: judged, shown', high, oursAtHigh),
        ],
      },
    ],
    targets: [
      atMost(`p50 at ${low}/s, ours / two hops and a push`, 1.25, ratioOf('p50', ours, hops)),
      atMost(`ours, p99 at ${high}/s / p99 at ${low}/s`, 3, ratioOf('p99', oursAtHigh, ours)),
    ],
    notes: [
      'One broker, the one that `npm run cluster` started. The other side is two processes of kafkajs as it comes that pass ' +
        'JSON on and read nothing. Ours is one process of each service: gRPC at the door, personal data masked, three hops ' +
        '(conversations, cases, alerts), rules judged, the alert owned by a person, sentiment scored beside it. Neither analysis ' +
        'nor Redis.',
      `Times begin when words are due (this program looks every ${TICK_MS} ms) and end in this program. At ${low}/s ${SHARE_AT_LOW * 100} % of ` +
        'utterances say a phrase of a rule, at the high rate 5 %; what raises no alert is work and not timed. Lost anything: the ' +
        'ratio counts as missed.',
    ],
  };
}

/** Infinite where something was lost: a latency of what arrived says nothing then. */
function ratioOf(figure: 'p50' | 'p99', above: readonly StepResult[], below: readonly StepResult[]): number {
  if ([...above, ...below].some(({ carried }) => !carried)) return Number.POSITIVE_INFINITY;
  const of = (steps: readonly StepResult[]) => median(steps.map(({ toDeskMs }) => toDeskMs[figure]));
  return of(above) / of(below);
}

function rowOf(side: string, rate: number, steps: readonly StepResult[]): Record<string, string | number> {
  const of = (figure: (step: StepResult) => number) => median(steps.map(figure));
  return {
    side,
    'utterances/s': rate,
    'arrived, a round': of(({ toDeskMs }) => toDeskMs.count),
    'p50, ms': of(({ toDeskMs }) => toDeskMs.p50),
    'p99, ms': of(({ toDeskMs }) => toDeskMs.p99),
    lost: steps.reduce((sum, { lost }) => sum + lost, 0),
    'processor us/utterance': of(({ processorUs }) => processorUs ?? Number.NaN),
    'sender late p99, ms': of(({ senderLateMs }) => senderLateMs),
  };
}
