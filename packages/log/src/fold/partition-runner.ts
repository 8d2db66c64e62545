import { EarshotError } from '@earshot/model';
import { LogErrorCode } from '../log-errors.js';
import type { AppendEntry, Assignment, Log, LogRecord, PartitionHandler } from '../port.js';
import { PartitionFold } from './partition-fold.js';
import type { Emission, FoldDefinition, FoldEffect } from './types.js';

export interface FoldRunOptions {
  /** At most this many records are read again after a restart. */
  maxRefold: number;
  /** Quiet lives that are asserted at each look at the clock after a takeover, while there is time; default 4. */
  assertAtOnce?: number;
  /** A commit follows at the latest this long after the effects it stands for, ms. */
  commitEveryMs: number;
  /** How often the log's clock is looked at, ms; a deadline is late by at most this. */
  tickMs: number;
  /** Turns a record that cannot be judged into an entry of the dead-letter topic. */
  deadLetter(record: LogRecord, reason: string): AppendEntry;
  onAlarm(code: string, detail: Record<string, unknown>): void;
  onCount(what: 'inspected' | 'repeated' | 'not-inspected'): void;
  /** What was told is durable; after a crash it may be told, and heard here, once more. */
  onTold?(emission: Emission): void;
  /** The partition is no longer worked on. */
  onStopped(error: unknown, partition: number): void;
}

/** Does what one partition's fold asks for: the only place where a stateful service touches the world. */
export class PartitionRunner<State, Fact> implements PartitionHandler {
  private readonly fold: PartitionFold<State, Fact>;
  private readonly timer: NodeJS.Timeout;
  /** Batches and ticks run one after the other, never at once. */
  private turn: Promise<void> = Promise.resolve();
  private committedOffset = -1;
  private lastCommitMs = 0;
  private lookedMs = performance.now();
  private stopped = false;

  constructor(
    private readonly log: Log,
    private readonly definition: FoldDefinition<State, Fact>,
    private readonly assignment: Assignment,
    private readonly options: FoldRunOptions,
  ) {
    const { owner, committed, first } = assignment;
    const { maxRefold } = options;
    this.fold = new PartitionFold(definition, { owner, committed, first, maxRefold });
    this.timer = setInterval(() => this.tick(), options.tickMs);
  }

  get from(): number {
    return this.fold.from;
  }

  begin(): Promise<void> {
    return this.inTurn(() => this.perform(this.fold.begin()));
  }

  handle(records: readonly LogRecord[]): Promise<void> {
    return this.inTurn(async () => {
      const effects: FoldEffect[] = [];
      for (const record of records) if (!(await this.take(record, effects))) break;
      await this.perform(effects);
      await this.commit(false);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.inTurn(() => this.commit(true)).catch((error) => {
      this.options.onAlarm('commit-at-stop-failed', { partition: this.assignment.partition, error: String(error) });
    });
    this.stopped = true;
  }

  /** False: the partition goes while the record still has to wait; it stays unread and uncommitted. */
  private async take(record: LogRecord, effects: FoldEffect[]): Promise<boolean> {
    for (let alarmed = false; !this.assignment.leaving.aborted; ) {
      const asked = this.fold.onRecord(record);
      const wait = asked.find((effect) => effect.kind === 'wait');
      if (!wait) {
        effects.push(...asked.filter((effect) => effect.kind !== 'confirm-membership'));
        if (asked.some((effect) => effect.kind === 'confirm-membership')) await this.contest(effects);
        return true;
      }
      if (!alarmed)
        this.options.onAlarm(wait.code, { ...wait.detail, partition: record.partition, offset: record.offset });
      alarmed = true;
      await this.perform(effects.splice(0));
      await new Promise((resolve) => setTimeout(resolve, this.options.tickMs));
    }
    return false;
  }

  /** Out of the group: what was decided since the last perform is dropped; the new owner decides the same. */
  private async contest(effects: FoldEffect[]): Promise<void> {
    const stillMember = await this.assignment.confirmMembership();
    if (!stillMember) effects.length = 0;
    effects.push(...this.fold.contest(stillMember));
  }

  private tick(): void {
    const { tickMs, assertAtOnce = 4 } = this.options;
    const nowMs = performance.now();
    // Who comes late to look at the clock has no time for what can wait.
    const assertions = nowMs - this.lookedMs > 1.5 * tickMs ? 1 : assertAtOnce;
    this.lookedMs = nowMs;
    void this.inTurn(async () => {
      await this.perform(this.fold.onClock(this.log.clock(), assertions));
      await this.commit(false);
    }).catch((error: unknown) => this.fail(error));
  }

  private async perform(effects: readonly FoldEffect[]): Promise<void> {
    const entries: AppendEntry[] = [];
    const told: Emission[] = [];
    for (const effect of effects) {
      switch (effect.kind) {
        case 'append':
          entries.push(effect.emission);
          told.push(effect.emission);
          break;
        case 'append-own': {
          const { topic, partition } = this.assignment;
          entries.push({ topic, partition, key: effect.key, value: this.definition.encode(effect.fact, effect.key) });
          break;
        }
        case 'dead-letter':
          entries.push(this.options.deadLetter(effect.record, effect.reason));
          break;
        case 'alarm':
          this.options.onAlarm(effect.code, { ...effect.detail, partition: this.assignment.partition });
          break;
        case 'count':
          this.options.onCount(effect.what);
          break;
        case 'confirm-membership':
        case 'wait':
          break;
      }
    }
    if (entries.length > 0) await this.log.append(entries);
    for (const emission of told) this.options.onTold?.(emission);
  }

  private async commit(now: boolean): Promise<void> {
    const nowMs = performance.now();
    if (this.fold.nextOffset === this.committedOffset) return;
    if (!now && nowMs - this.lastCommitMs < this.options.commitEveryMs) return;
    const point = this.fold.commitPoint();
    if (!point) return;
    this.lastCommitMs = nowMs;
    try {
      await this.assignment.commit(point.offset, point.metadata);
      this.committedOffset = point.offset;
    } catch (error) {
      if (!(error instanceof EarshotError && error.code === LogErrorCode.notOwner)) throw error;
      // Nothing failed: the partition has another owner, who decides the same. This one says nothing more.
      this.stopped = true;
      clearInterval(this.timer);
    }
  }

  private fail(error: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    clearInterval(this.timer);
    this.options.onStopped(error, this.assignment.partition);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.turn.then(() => (this.stopped ? undefined : work()));
    this.turn = next.catch(() => undefined);
    return next;
  }
}
