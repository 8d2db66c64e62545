import { isForAll } from './cluster-faults.js';
import type { Done } from './cluster-hands.js';
import type { Takeover } from './read-log.js';
import { type Spread, spread } from './spread.js';

/** Words that had to become an alert, and when they did; epoch ms. */
export interface Sample {
  partition: number;
  saidMs: number;
  /** Absent: never. */
  raisedMs?: number;
}

/** Milliseconds from words to their alert on the log, the longest of each partition at each fault. */
export interface Gaps {
  /** Partitions of a node that was killed, frozen for longer than its session, or left without a word. */
  dead: Spread;
  /** The same times, the partitions of the nodes that lived on. */
  others: Spread;
  /** Every sample that no fault is near. */
  quiet: Spread;
}

/** Behind a fault: until then whatever it held up is through. */
const WINDOW_MS = 14_000;
const BEFORE_MS = 1_000;
/** Whoever sleeps for less keeps his partitions, and is merely slow. */
const SESSION_MS = 6_000;
const SERVICES = ['rule-engine', 'alert'];

/** What the death of a node did to its conversations, and to the others'. */
export function alertGaps(samples: readonly Sample[], faults: readonly Done[], takeovers: readonly Takeover[]): Gaps {
  const dead: number[] = [];
  const others: number[] = [];
  const partitions = new Set(samples.map(({ partition }) => partition));
  for (const fault of faults) {
    if (!isDeath(fault)) continue;
    const mine = partitionsOf(fault, takeovers);
    for (const partition of partitions) {
      if (faults.some((other) => other !== fault && meets(other, fault, partition, takeovers))) continue;
      const late = samples
        .filter((one) => one.partition === partition && isWithin(fault, one))
        .map(({ saidMs, raisedMs = Number.POSITIVE_INFINITY }) => raisedMs - saidMs);
      if (late.length > 0) (mine.has(partition) ? dead : others).push(Math.max(...late));
    }
  }
  const calm = samples.filter(({ saidMs }) => !faults.some((fault) => isNear(fault, saidMs)));
  return {
    dead: spread(dead),
    others: spread(others),
    quiet: spread(calm.flatMap(({ saidMs, raisedMs }) => (raisedMs === undefined ? [] : [raisedMs - saidMs]))),
  };
}

/** Sudden, and of a node that others can stand in for. */
function isDeath({ fault, part = '' }: Done): boolean {
  if (!SERVICES.some((service) => part.startsWith(service))) return false;
  if (fault.kind === 'leave') return !fault.asked;
  return fault.kind === 'kill' || (fault.kind === 'freeze' && fault.forMs > SESSION_MS);
}

/** Whether something else at that time has its part in what became of this partition. */
function meets(other: Done, fault: Done, partition: number, takeovers: readonly Takeover[]): boolean {
  const [from, to] = [fault.atMs - BEFORE_MS, fault.atMs + WINDOW_MS];
  if (other.atMs > to || other.untilMs + WINDOW_MS < from) return false;
  if (other.part === undefined || isForAll(other.part)) return true;
  return partitionsOf(other, takeovers).has(partition);
}

function isWithin({ atMs }: Done, { saidMs }: Sample): boolean {
  return saidMs >= atMs - BEFORE_MS && saidMs < atMs + WINDOW_MS;
}

function isNear({ atMs, untilMs }: Done, saidMs: number): boolean {
  return saidMs > atMs - WINDOW_MS && saidMs < untilMs + WINDOW_MS;
}

/** What a node had of its service when the fault met it. */
function partitionsOf({ part = '', atMs }: Done, takeovers: readonly Takeover[]): ReadonlySet<number> {
  const service = SERVICES.find((name) => part.startsWith(name));
  const last = new Map<number, Takeover>();
  for (const one of takeovers) {
    if (one.service !== service || one.atMs > atMs) continue;
    const before = last.get(one.partition);
    if (!before || before.atMs <= one.atMs) last.set(one.partition, one);
  }
  // An owner's name: the node, then what tells its starts apart.
  return new Set([...last.values()].filter(({ owner }) => nodeOf(owner) === part).map(({ partition }) => partition));
}

function nodeOf(owner: string): string {
  return owner.replace(/-[0-9a-f]{8}-[0-9a-f]{4}-.*$/, '');
}
