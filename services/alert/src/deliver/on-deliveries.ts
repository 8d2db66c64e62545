import {
  type AppendEntry,
  type Assignment,
  deadLetterEntry,
  type LogRecord,
  type PartitionHandler,
} from '@earshot/log';
import { type DeliveryFact, recipientKey } from '@earshot/model';
import { decodeDeliveryFact } from '@earshot/wire';
import { RecipientWorker, resultEntry, type WorkerDeps } from './recipient-worker.js';

export interface OnDeliveriesDeps extends Omit<WorkerDeps, 'mayAct' | 'moved' | 'append'> {
  append(entries: readonly AppendEntry[]): Promise<unknown>;
  /** How long before a rejected append is tried again, ms. */
  appendAgainMs: number;
  /** An outside send needs a heartbeat younger than this, ms. */
  sessionTimeoutMs: number;
  commitEveryMs: number;
  /** Records before the committed offset that are read again, so that a repeat of a finished delivery is known. */
  lookBack: number;
  /** Something new is due; a repeat is not. */
  onDue(): void;
  onRefused(): void;
  onTrouble(error: unknown, what: 'append' | 'commit'): void;
  onFatal(error: unknown): void;
}

/**
 * One partition of `deliveries`: a worker for each recipient. Reading never waits for a receiver. The offset stays at the
 * oldest delivery without a result, so a new owner finds everything that is unfinished.
 */
export class OnDeliveries implements PartitionHandler {
  readonly from: number;
  private readonly settledBefore: number;
  private readonly workers = new Map<string, RecipientWorker>();
  private readonly leaving = new AbortController();
  private position: number;
  private committed: number;
  private commitTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: OnDeliveriesDeps,
    private readonly assignment: Assignment,
  ) {
    const { committed, first, next } = assignment;
    this.settledBefore = committed?.offset ?? first;
    this.committed = this.settledBefore;
    this.from = Math.max(first, this.settledBefore - deps.lookBack);
    this.position = this.from;
    if (this.from >= next) this.startAll();
  }

  async handle(records: readonly LogRecord[]): Promise<void> {
    const entries: AppendEntry[] = [];
    for (const record of records) {
      this.take(record, entries);
      this.position = record.offset + 1;
    }
    if (this.isLive) this.startAll();
    // A rejection here means that the partition is being left: it stays uncommitted, and the next owner reads it again.
    if (entries.length > 0) await this.append(entries, this.leaving.signal);
    this.commitSoon();
  }

  async close(): Promise<void> {
    this.leaving.abort();
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
    clearTimeout(this.commitTimer);
    await this.commit();
  }

  waiting(): number {
    return [...this.workers.values()].reduce((sum, worker) => sum + worker.waiting, 0);
  }

  /** Log time since which the oldest delivery without a result is due, ms; absent: nothing waits. */
  waitingSinceMs(): number | undefined {
    const since = [...this.workers.values()].flatMap((worker) => worker.waitingSinceMs ?? []);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  /** What was on the log at the start has been read: before, a result might still follow what looks unfinished. */
  private get isLive(): boolean {
    return this.position >= this.assignment.next;
  }

  private take(record: LogRecord, entries: AppendEntry[]): void {
    const settled = record.offset < this.settledBefore;
    let fact: DeliveryFact;
    try {
      fact = decodeDeliveryFact(record.value);
    } catch {
      if (settled) return;
      this.deps.onRefused();
      entries.push(deadLetterEntry(record, 'undecodable'));
      return;
    }
    const { tenant, channel, recipient, body } = fact;
    const worker = this.worker(recipientKey(tenant, channel, recipient), tenant, recipient);
    const at = { offset: record.offset, logMs: record.timestampMs };
    const taken = worker.take(body, at, settled);
    const isNew = record.offset >= this.assignment.next;
    if (taken.kind === 'queued' && isNew) this.deps.onDue();
    if (taken.kind === 'finished' && isNew) entries.push(resultEntry(tenant, taken.result));
  }

  private worker(key: string, tenant: string, recipient: string): RecipientWorker {
    const known = this.workers.get(key);
    if (known) return known;
    const worker = new RecipientWorker(
      { tenant, recipient },
      {
        ...this.deps,
        append: (entries, signal) => this.append(entries, signal),
        mayAct: () => this.mayAct(),
        moved: () => this.commitSoon(),
      },
    );
    this.workers.set(key, worker);
    return worker;
  }

  private startAll(): void {
    if (this.leaving.signal.aborted) return;
    for (const worker of this.workers.values()) worker.start(this.deps.onFatal);
  }

  private async mayAct(): Promise<boolean> {
    if (this.leaving.signal.aborted || this.assignment.leaving.aborted) return false;
    if (this.assignment.sinceConfirmedMs() < this.deps.sessionTimeoutMs) return true;
    return this.assignment.confirmMembership();
  }

  private async append(entries: readonly AppendEntry[], signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.deps.append(entries);
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        this.deps.onTrouble(error, 'append');
        await this.deps.clock.sleep(this.deps.appendAgainMs, signal);
        if (signal.aborted) throw error;
      }
    }
  }

  private commitSoon(): void {
    if (this.leaving.signal.aborted) return;
    this.commitTimer ??= setTimeout(() => {
      this.commitTimer = undefined;
      void this.commit();
    }, this.deps.commitEveryMs);
  }

  private async commit(): Promise<void> {
    const open = [...this.workers.values()].flatMap((worker) => worker.oldest() ?? []);
    const offset = Math.min(this.position, ...open);
    if (offset <= this.committed) return;
    try {
      await this.assignment.commit(offset, '');
      this.committed = offset;
    } catch (error) {
      this.deps.onTrouble(error, 'commit');
    }
  }
}
