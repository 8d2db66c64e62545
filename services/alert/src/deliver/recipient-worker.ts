import type { AppendEntry } from '@earshot/log';
import { conversationKey, type DeliveryFact, type DeliveryResult, isFinalState, recipientKey } from '@earshot/model';
import { encodeCaseFact, encodeDeliveryFact, TOPICS } from '@earshot/wire';
import { Ledger, type Taken, type Waiting } from '../domain/ledger.js';
import { type DeliveryPolicy, type NextStep, nextStep, type SendOutcome } from '../domain/next-step.js';
import type { Clock, Recipient, Sender } from './ports.js';

export interface WorkerDeps {
  sender: Sender;
  clock: Clock;
  policy: DeliveryPolicy;
  /** Deliveries of one recipient that may wait; what comes on top fails at once, and says so. */
  maxWaiting: number;
  /** Durable once resolved; tries until it is, rejects only when `signal` is aborted. */
  append(entries: readonly AppendEntry[], signal: AbortSignal): Promise<void>;
  /** A stop waits so long for a request in hand, ms: cut off, it would have to be sent again. */
  graceMs: number;
  /** Whether this owner may still act outside. */
  mayAct(): Promise<boolean>;
  controlEpoch(): number;
  onResult(to: Recipient, result: DeliveryResult): void;
  onAttempt(to: Recipient, code: string): void;
  moved(): void;
}

/** Sends one recipient's deliveries in order, one at a time. Waits for nobody else, and nobody else for it. */
export class RecipientWorker {
  private readonly ledger = new Ledger();
  private readonly leaving = new AbortController();
  /** The time that a request in hand has to end once the owner leaves. */
  private readonly cutOff = new AbortController();
  private more = gate();
  private running: Promise<void> | undefined;

  constructor(
    readonly to: Recipient,
    private readonly deps: WorkerDeps,
  ) {}

  take(body: DeliveryFact['body'], at: { offset: number; logMs: number }, settled: boolean): Taken {
    const taken = this.ledger.take(body, at, settled);
    this.more.open();
    return taken;
  }

  oldest(): number | undefined {
    return this.ledger.oldest();
  }

  get waiting(): number {
    return this.ledger.size;
  }

  get waitingSinceMs(): number | undefined {
    return this.ledger.head()?.sinceMs;
  }

  /** Everything that is on the log has been read: from here on what waits is sent. */
  start(onFatal: (error: unknown) => void): void {
    this.running ??= this.run().catch((error: unknown) => {
      if (!this.leaving.signal.aborted) onFatal(error);
    });
  }

  async stop(): Promise<void> {
    this.leaving.abort();
    this.more.open();
    const timer = setTimeout(() => this.cutOff.abort(), this.deps.graceMs);
    await this.running;
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    const { signal } = this.leaving;
    while (!signal.aborted) {
      this.more = gate();
      const head = this.ledger.head();
      if (!head) {
        await this.more.promise;
        continue;
      }
      const early = this.settled(head);
      const waitMs = early ? 0 : head.notBeforeMs - this.deps.clock.now();
      if (waitMs > 0) {
        await this.pause(waitMs);
        continue;
      }
      if (!(await this.deps.mayAct()) || signal.aborted) return;
      // As of before the request: routes that are published while it runs are not what the receiver answers to.
      const epoch = this.deps.controlEpoch();
      const outcome = early ?? (await this.deps.sender.send(this.to, head.due, this.cutOff.signal));
      if (this.cutOff.signal.aborted) return;
      await this.note(head, nextStep(outcome, head, this.deps.clock.now(), this.deps.policy), epoch);
    }
  }

  /** What needs no request. */
  private settled(head: Waiting): SendOutcome | undefined {
    if (this.ledger.knows(head.due)) return { kind: 'known' };
    if (this.ledger.size > this.deps.maxWaiting) return { kind: 'impossible', code: 'queue-full' };
    if (this.deps.sender.routesEpoch(this.to.tenant) <= this.ledger.disabledUpToEpoch) {
      return { kind: 'impossible', code: 'route-disabled' };
    }
    const over = head.sinceMs + this.deps.policy.lifeMs < this.deps.clock.now();
    // A late alarm helps nobody, but the end of one is tried at least once: whoever was told waits for it.
    return over && (head.attempts > 0 || !isFinalState(head.due.operation))
      ? { kind: 'impossible', code: 'too-late' }
      : undefined;
  }

  /** Until the time has come, a record has arrived (perhaps another owner's result), or the end. */
  private async pause(ms: number): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.leaving.signal]);
    await Promise.race([this.deps.clock.sleep(ms, signal), this.more.promise]);
    stop.abort();
  }

  private async note(head: Waiting, step: NextStep, controlEpoch: number): Promise<void> {
    const { due, offset } = head;
    const at = { offset, logMs: head.sinceMs };
    if (step.kind === 'attempt') {
      const { code, attempts, nextAtMs } = step;
      const body = { kind: 'attempt', id: due.id, code, attempts, nextAtMs } as const;
      await this.deps.append([this.entry(body)], this.leaving.signal);
      this.ledger.take(body, at);
      this.deps.onAttempt(this.to, code);
      return;
    }
    const { id, conversationId, alertId, operation, cause } = due;
    const { status, code, attempts } = step;
    const { recipient } = this.to;
    const atMs = this.deps.clock.now();
    const about = { id, conversationId, alertId, operation, cause, channel: 'webhook' as const, recipient };
    const result: DeliveryResult = { ...about, status, code, attempts, atMs, controlEpoch };
    const body = { kind: 'result', result } as const;
    await this.deps.append([resultEntry(this.to.tenant, result), this.entry(body)], this.leaving.signal);
    this.ledger.take(body, at);
    this.deps.onResult(this.to, result);
    this.deps.moved();
  }

  private entry(body: DeliveryFact['body']): AppendEntry {
    const { tenant, recipient } = this.to;
    return {
      topic: TOPICS.deliveries,
      key: recipientKey(tenant, 'webhook', recipient),
      value: encodeDeliveryFact({ tenant, channel: 'webhook', recipient, body }),
    };
  }
}

function gate(): { promise: Promise<void>; open(): void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** The result as a fact of its case, where alerting hears of it. */
export function resultEntry(tenant: string, result: DeliveryResult): AppendEntry {
  const { conversationId } = result;
  return {
    topic: TOPICS.cases,
    key: conversationKey(tenant, conversationId),
    value: encodeCaseFact({ tenant, conversationId, body: { kind: 'delivery', result } }),
  };
}
