import { readFileSync } from 'node:fs';
import type { Spread } from '../../chaos/spread.js';
import type { LoadPlan, PlannedWords } from './load-plan.js';
import { quantile } from './offer.js';

/** One side, running in processes of its own. */
export interface Running {
  pids: readonly number[];
  /** Says which conversations there will be, and resolves when that is known there. */
  announce(plan: LoadPlan, epochMs: number): Promise<void>;
  /** Resolves when all of it is durable. `epochMs`: the beginning of the step. */
  send(words: readonly PlannedWords[], epochMs: number): Promise<void>;
  /** Called for every alert that reaches its desk, with its key and the monotonic time. */
  onAlert: (key: string, atMs: number) => void;
  stop(): Promise<void>;
}

export interface StepResult {
  ratePerSecond: number;
  /** From the end of the words to the desk, to a tenth of a ms. */
  toDeskMs: Spread;
  lost: number;
  unexpected: number;
  unacknowledged: number;
  /** Of the side's processes, microseconds an utterance; absent where the system does not tell. */
  processorUs?: number;
  /** How late this program itself was with sending, ms: beyond the tick, the figure is about it. */
  senderLateMs: number;
  carried: boolean;
}

const TICK_MS = 5;
const LEAD_MS = 200;
const PATIENCE_MS = 5_000;
const REST_MS = 300;

/** Says the words of a plan at their times, whatever the other side does, and waits for what must come of them. */
export async function runStep(running: Running, plan: LoadPlan, p99Ms: number, tickMs = TICK_MS): Promise<StepResult> {
  const { words, expected, ratePerSecond } = plan;
  await running.announce(plan, Date.now());
  await atRest(running.pids);
  const epochMs = Date.now() + LEAD_MS;
  const beginsMs = performance.now() + LEAD_MS;
  const arrived = new Map<string, number>();
  let unexpected = 0;
  let unacknowledged = words.length;
  let failed: unknown;
  running.onAlert = (key, atMs) => {
    if (!expected.has(key)) unexpected += 1;
    else if (!arrived.has(key)) arrived.set(key, atMs - beginsMs);
  };
  const processorMs = processorTimeMs(running.pids);
  const lateMs: number[] = [];
  let next = 0;
  await until(() => {
    const nowMs = performance.now() - beginsMs;
    const from = next;
    while (next < words.length && (words[next]?.atMs ?? 0) <= nowMs) next++;
    if (next > from) {
      lateMs.push(nowMs - (words[from]?.atMs ?? 0));
      const batch = words.slice(from, next);
      running.send(batch, epochMs).then(
        () => {
          unacknowledged -= batch.length;
        },
        (error: unknown) => {
          failed = error;
        },
      );
    }
    return next === words.length;
  }, tickMs);
  const deadlineMs = performance.now() + PATIENCE_MS;
  const complete = () => unacknowledged === 0 && arrived.size === expected.size;
  await until(() => complete() || performance.now() > deadlineMs);
  if (failed) throw failed;

  const spentMs = (processorTimeMs(running.pids) ?? Number.NaN) - (processorMs ?? Number.NaN);
  const processorUs = Number.isNaN(spentMs) ? undefined : Math.round((spentMs * 1_000) / words.length);
  const toDeskMs = inTenths([...arrived].map(([key, atMs]) => atMs - (expected.get(key) ?? 0)));
  const lost = expected.size - arrived.size;
  const carried = lost === 0 && unexpected === 0 && unacknowledged === 0 && toDeskMs.p99 <= p99Ms;
  const senderLateMs = inTenths(lateMs).p99;
  return { ratePerSecond, toDeskMs, lost, unexpected, unacknowledged, processorUs, senderLateMs, carried };
}

/** What was announced, and what an earlier step left, is done when the processes have hardly anything to do. */
async function atRest(pids: readonly number[]): Promise<void> {
  let sinceMs = performance.now();
  let before = processorTimeMs(pids) ?? 0;
  const deadlineMs = sinceMs + PATIENCE_MS;
  await until(() => {
    const nowMs = performance.now();
    if (nowMs < sinceMs + REST_MS) return false;
    const spent = processorTimeMs(pids) ?? 0;
    const share = (spent - before) / (nowMs - sinceMs);
    [before, sinceMs] = [spent, nowMs];
    return share < 0.1 || nowMs > deadlineMs;
  });
}

/** Linux tells of other processes, in hundredths of a second. */
function processorTimeMs(pids: readonly number[]): number | undefined {
  try {
    return pids.reduce((sum, pid) => {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    }, 0);
  } catch {
    return undefined;
  }
}

function inTenths(values: readonly number[]): Spread {
  const tenths = (value: number) => (Number.isNaN(value) ? 0 : Math.round(value * 10) / 10);
  const at = (share: number) => tenths(quantile(values, share));
  return { count: values.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function until(done: () => boolean, tickMs = TICK_MS): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!done()) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
}
