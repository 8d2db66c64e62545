import type { EarshotClient, EventStream, NewEvent, SendResult } from '@earshot/client';
import { partitionForKey } from '@earshot/log';
import type { Expectations } from './expectations.js';
import type { Planned } from './plan.js';

/** Words over several streams, each conversation always over the same. */
export function manyStreams(client: EarshotClient, count: number): Pick<EventStream, 'send'> {
  const streams = Array.from({ length: count }, () => client.stream());
  return { send: (event) => (streams[partitionForKey(event.conversationId, count)] as EventStream).send(event) };
}

export interface SenderOptions {
  plan: Iterable<Planned>;
  stream: Pick<EventStream, 'send'>;
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
  /** Begins nothing more; what has been said is still answered. */
  finish(): void;
  stop(): void;
}

const TICK_MS = 5;
/** Handed to the client at once; the rest waits here, as the client's contract asks. */
const WINDOW = 2_048;
/** Refused for now (overload): the same event is sent again. */
const AGAIN_MS = 100;

/** A contact centre: says everything at its time, whatever the product does, and leaves repeating to the client. */
export function startSender(options: SenderOptions): Sender {
  const { stream, expectations, startMs } = options;
  const plan = options.plan[Symbol.iterator]();
  const queue = new Fifo<Planned & { event: NewEvent }>();
  let inHand = 0;
  let waiting = 0;
  let sent = 0;
  let next: IteratorResult<Planned, unknown> = plan.next();
  let timer: NodeJS.Timeout | undefined;
  let finish: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });

  function pump(): void {
    while (inHand < WINDOW) {
      const planned = queue.shift();
      if (!planned) return;
      inHand += 1;
      stream.send(planned.event).then((result) => {
        inHand -= 1;
        onAnswer(result, planned);
        pump();
      }, fail);
    }
  }

  function onAnswer(result: SendResult, planned: Planned & { event: NewEvent }): void {
    if (!result.ok && result.retry) {
      setTimeout(() => {
        queue.unshift(planned);
        pump();
      }, AGAIN_MS);
      return;
    }
    waiting -= 1;
    options.onAnswer(result, planned);
    if (next.done && waiting === 0) finish();
  }

  function tick(): void {
    const nowMs = performance.now() - options.beginsMs;
    for (; !next.done && next.value.atMs <= nowMs; next = plan.next()) {
      const { event, effects, atMs } = next.value;
      expectations.take(effects, startMs + atMs);
      if (!event) continue;
      waiting += 1;
      sent += 1;
      queue.push({ ...next.value, event });
    }
    pump();
    if (!next.done) return;
    clearInterval(timer);
    if (waiting === 0) finish();
  }

  timer = setInterval(tick, TICK_MS);
  return {
    done,
    waiting: () => waiting,
    sent: () => sent,
    finish: () => {
      next = { done: true, value: undefined };
    },
    stop: () => clearInterval(timer),
  };
}

/** A queue whose front costs nothing, however long it is after an outage. */
class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  unshift(item: T): void {
    if (this.#first > 0) this.#items[--this.#first] = item;
    else this.#items.unshift(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#items[this.#first++] = undefined;
    if (this.#first > 1_024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
