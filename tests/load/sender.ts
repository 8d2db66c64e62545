import type { EventStream, NewEvent, SendResult } from '@earshot/client';
import type { Expectations } from './expectations.js';
import type { Planned } from './plan.js';

export interface SenderOptions {
  plan: Iterable<Planned>;
  stream: EventStream;
  expectations: Expectations;
  /** Monotonic ms at which the run begins. */
  beginsMs: number;
  startMs: number;
  onAnswer(result: SendResult, planned: Planned & { event: NewEvent }): void;
}

export interface Sender {
  /** Resolves when everything has been said and answered. */
  done: Promise<void>;
  /** Said and not answered. */
  waiting(): number;
  sent(): number;
  stop(): void;
}

const TICK_MS = 5;
/** Refused for now (overload): the same event is sent again. */
const AGAIN_MS = 100;

/** A contact centre: says everything at its time, whatever the product does, and leaves repeating to the client. */
export function startSender(options: SenderOptions): Sender {
  const { stream, expectations, startMs } = options;
  const plan = options.plan[Symbol.iterator]();
  let waiting = 0;
  let sent = 0;
  let next = plan.next();
  let timer: NodeJS.Timeout | undefined;
  let finish: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });

  function send(planned: Planned & { event: NewEvent }): void {
    stream.send(planned.event).then((result) => {
      if (!result.ok && result.retry) return void setTimeout(() => send(planned), AGAIN_MS);
      waiting -= 1;
      options.onAnswer(result, planned);
      if (next.done && waiting === 0) finish();
    }, fail);
  }

  function tick(): void {
    const nowMs = performance.now() - options.beginsMs;
    for (; !next.done && next.value.atMs <= nowMs; next = plan.next()) {
      const { event, effects, atMs } = next.value;
      expectations.take(effects, startMs + atMs);
      if (!event) continue;
      waiting += 1;
      sent += 1;
      send({ ...next.value, event });
    }
    if (!next.done) return;
    clearInterval(timer);
    if (waiting === 0) finish();
  }

  timer = setInterval(tick, TICK_MS);
  return { done, waiting: () => waiting, sent: () => sent, stop: () => clearInterval(timer) };
}
