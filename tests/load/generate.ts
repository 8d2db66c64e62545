import { Chance } from '@earshot/testkit';
import { type CallKind, call } from './call.js';
import { Heap } from './heap.js';
import type { LoadOptions, Planned } from './plan.js';

const MINUTE_MS = 60_000;
const LONG_CALL_MS = 120 * MINUTE_MS;
const RAMP_MS = 2_000;
/** Whose outcome needs this much of the run begins no later than that before its end. */
const DECIDED_WITHIN_MS = 20_000;

/**
 * A whole run in sending order, lazily: `openCalls` conversations at any time, a long one, and two silent ones whose
 * deadline passes while nobody says a word. The same seed says the same, on every machine.
 */
export function* generate(options: LoadOptions): Generator<Planned> {
  const { seed, openCalls, finalsPerSecond, runMs } = options;
  const chance = new Chance(seed);
  const gapMs = (openCalls / finalsPerSecond) * 1000 * options.speed;
  const running = new Heap<Running>((a, b) => a.next.atMs < b.next.atMs);
  let count = 0;

  function open(kind: CallKind, beginsAtMs: number, own: Partial<Parameters<typeof call>[0]> = {}): void {
    const conversationId = nameOf();
    const staffNumber = options.staff[count % options.staff.length] ?? '';
    const { startMs, speed, partialsPerFinal } = options;
    const durationMs = chance.between(3 * MINUTE_MS, 30 * MINUTE_MS);
    const steps = call({
      conversationId,
      kind,
      staffNumber,
      partialsPerFinal,
      startMs,
      speed,
      beginsAtMs,
      durationMs,
      gapMs,
      chance: new Chance(chance.below(2 ** 31)),
      ...own,
    });
    advance({ steps, replace: own.durationMs === undefined });
  }

  function nameOf(conversationId = `${options.name}-${count++}`): string {
    return options.allowed(conversationId) ? conversationId : nameOf();
  }

  function advance({ steps, replace, next: last }: Omit<Running, 'next'> & { next?: Planned }): void {
    const next = steps.next();
    if (!next.done) return running.push({ steps, replace, next: next.value });
    if (replace && last && last.atMs < runMs) open(usualKind(last.atMs), last.atMs + 10);
  }

  function usualKind(beginsAtMs: number): CallKind {
    const draw = chance.next();
    if (beginsAtMs > runMs - DECIDED_WITHIN_MS || draw > 0.04) return 'usual';
    return draw < 0.015 ? 'ungreeted' : 'late-greeting';
  }

  for (const own of silentCalls(runMs))
    open(own.kind, 500, { ...own, conversationId: own.conversationId(options.name), durationMs: runMs, speed: 1 });
  if (options.longCall) open('usual', 100, { durationMs: LONG_CALL_MS, speed: LONG_CALL_MS / runMs, gapMs: 3_000 });
  for (let i = 0; i < openCalls; i++) {
    const beginsAtMs = (i / openCalls) * (options.rampMs ?? RAMP_MS);
    open(usualKind(beginsAtMs), beginsAtMs);
  }
  for (let first = running.pop(); first; first = running.pop()) {
    if (first.next.atMs > runMs) continue;
    yield first.next;
    advance(first);
  }
}

interface Running {
  steps: Generator<Planned>;
  next: Planned;
  /** Another call begins when it ends. */
  replace: boolean;
}

/** Names as they are: a run chooses `allowed` so that their partition is theirs alone. */
export function silentNames(name: string): { forGood: string; late: string } {
  return { forGood: `${name}-silent`, late: `${name}-late` };
}

function silentCalls(runMs: number) {
  return [
    { kind: 'silent' as const, conversationId: (name: string) => silentNames(name).forGood },
    {
      kind: 'silent-then-late' as const,
      conversationId: (name: string) => silentNames(name).late,
      lateAtMs: Math.max(14_000, runMs * 0.4),
    },
  ];
}
