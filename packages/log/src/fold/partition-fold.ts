import type { LogRecord } from '../port.js';
import { writeMark } from './commit-metadata.js';
import { checkpointAfter, Life, lowWaterMark, refoldWanted } from './life.js';
import { type StartPoint, startPoint } from './start-point.js';
import type { Checkpoint, Decoded, FactPlace, FoldDefinition, FoldEffect } from './types.js';
import { WakeQueue } from './wake-queue.js';

export interface FoldStart {
  /** Unique per process start. */
  owner: string;
  committed?: { offset: number; metadata: string };
  /** First offset the log still holds. */
  first: number;
  /** At most this many records are read again after a restart. */
  maxRefold: number;
  /** No checkpoint is written to save fewer; default: a quarter of `maxRefold`. */
  leastRefold?: number;
}

type Kept<Fact> = { decoded: Extract<Decoded<Fact>, { key: string }>; place: Omit<FactPlace, 'life'> };

/**
 * The fold of one partition: pure but for its own memory. It takes records in offset order and the log's clock, and
 * says what is to be done; `partition-runner.ts` does it, the simulation pretends to. Members are protected, not
 * private, so that the simulation can put each wrong wording back in and see it fail.
 */
export class PartitionFold<State, Fact> {
  /** First record to deliver. */
  readonly from: number;
  protected readonly start: StartPoint;
  protected readonly lives = new Map<string, Life<State>>();
  protected readonly wakes = new WakeQueue();
  /** Lives whose assertion as of this owner's takeover is still to be written. */
  protected readonly owed = new Set<string>();
  protected takenOverAt: Kept<Fact>['place'] | undefined;
  /** While refolding: the records per conversation, to be applied again behind a checkpoint. */
  protected kept: Map<string, Kept<Fact>[]> | undefined = new Map();
  protected position: number;
  protected isClosed = false;
  protected lastCheckpointScan = 0;

  constructor(
    protected readonly definition: FoldDefinition<State, Fact>,
    protected readonly options: FoldStart,
  ) {
    this.start = startPoint(options.committed, options.first);
    this.from = this.start.from;
    this.position = this.from;
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** Offset of the next record; nothing before it is needed again unless the low-water mark says so. */
  get nextOffset(): number {
    return this.position;
  }

  get liveCount(): number {
    return this.lives.size;
  }

  /** How many lives have not been asserted yet. */
  get owes(): number {
    return this.owed.size;
  }

  /** Effects of becoming the owner. Call once, before the first record. */
  begin(): FoldEffect[] {
    const effects: FoldEffect[] = [this.takeover()];
    if (this.start.alarm) effects.push({ kind: 'alarm', ...this.start.alarm });
    return effects;
  }

  /** One record, in offset order; offsets already dealt with are ignored. */
  onRecord(record: LogRecord): FoldEffect[] {
    if (this.isClosed || record.offset < this.position) return [];
    const live = record.offset >= this.start.liveAt;
    if (live && this.kept) this.goLive();
    const decoded = this.definition.decode(record);
    if (decoded.kind === 'wait') return [{ kind: 'wait', code: decoded.code, detail: decoded.detail }];
    this.position = record.offset + 1;
    const place = { offset: record.offset, logMs: record.timestampMs };
    const effects = this.dispatch(decoded, place, record, live);
    return live ? effects : effects.filter((effect) => effect.kind === 'alarm');
  }

  /**
   * What has become due by the log's clock (time facts, closes, checkpoints), and of the lives that are quiet since the
   * takeover at most so many assertions.
   */
  onClock(logClockMs: number, assertions: number): FoldEffect[] {
    if (this.isClosed || !this.takenOverAt) return [];
    const effects = this.assertSome(assertions);
    for (const key of this.wakes.takeDue(logClockMs)) {
      const life = this.lives.get(key);
      if (life) this.appendDue(life, logClockMs, effects);
    }
    this.appendCheckpoints(effects);
    return effects;
  }

  /** The coordinator's answer to `confirm-membership`. */
  contest(stillMember: boolean): FoldEffect[] {
    if (stillMember) return [this.takeover()];
    this.isClosed = true;
    return [];
  }

  /** What may be committed once every effect so far is durable. */
  commitPoint(): { offset: number; metadata: string } | undefined {
    if (this.isClosed || this.position < this.start.liveAt) return undefined;
    return { offset: this.position, metadata: writeMark(lowWaterMark(this.lives.values(), this.position)) };
  }

  /** Rebuilding is over. No state has been made yet: each is when its conversation goes on, or is asserted. */
  protected goLive(): void {
    this.kept = undefined;
  }

  protected dispatch(
    decoded: Decoded<Fact>,
    place: Kept<Fact>['place'],
    record: LogRecord,
    live: boolean,
  ): FoldEffect[] {
    switch (decoded.kind) {
      case 'takeover':
        return this.onTakeover(decoded, place);
      case 'checkpoint':
        return this.onCheckpoint(decoded.key, decoded.checkpoint, live);
      case 'bad':
        return [
          { kind: 'dead-letter', record, reason: decoded.reason },
          { kind: 'count', what: 'not-inspected' },
        ];
      case 'skip':
      case 'wait':
        return [];
      default:
        this.keep({ decoded, place });
        return this.applyKeyed({ decoded, place }, record);
    }
  }

  protected applyKeyed({ decoded, place }: Kept<Fact>, record?: LogRecord): FoldEffect[] {
    switch (decoded.kind) {
      case 'fact':
        return decoded.amends
          ? this.onAmendment(decoded.key, decoded.fact, place, record)
          : this.onFact(decoded.key, decoded.fact, place, record);
      case 'time-reached':
        return this.onTimeReached(decoded.key, decoded.reachedMs, place);
      case 'closed':
        return this.onClosed(decoded.key, decoded.lastOffset, place);
      case 'checkpoint':
        return [];
    }
  }

  protected onFact(key: string, fact: Fact, place: Kept<Fact>['place'], record?: LogRecord): FoldEffect[] {
    const { definition } = this;
    let life = this.lives.get(key);
    if (!life) {
      if (!definition.opens(fact)) return refused(record, 'no-life');
      const at = { ...place, life: place.offset };
      life = new Life(key, place.offset, place, place.offset, () => definition.open(key, fact, at));
      this.lives.set(key, life);
    }
    const asserted = this.assertion(life);
    const at = this.touch(life, place);
    if (this.kept) {
      life.applyLater((state) => definition.apply(state, fact, at));
      return [];
    }
    const applied = definition.apply(life.state, fact, at);
    this.schedule(life);
    if (applied.kind === 'refused') return [...asserted, ...refused(record, applied.reason)];
    asserted.push({ kind: 'count', what: applied.kind });
    return applied.kind === 'repeated' ? asserted : [...asserted, ...this.emissions(life, at, 'change')];
  }

  protected onAmendment(key: string, fact: Fact, place: Kept<Fact>['place'], record?: LogRecord): FoldEffect[] {
    const life = this.lives.get(key);
    if (!life) return [];
    const asserted = this.assertion(life);
    const at = this.touch(life, place);
    if (this.kept) {
      life.applyLater((state) => this.definition.apply(state, fact, at));
      return [];
    }
    const applied = this.definition.apply(life.state, fact, at);
    this.schedule(life);
    if (applied.kind === 'refused' && record) asserted.push({ kind: 'dead-letter', record, reason: applied.reason });
    return applied.kind === 'inspected' ? [...asserted, ...this.emissions(life, at, 'change')] : asserted;
  }

  protected onTimeReached(key: string, reachedMs: number, place: Kept<Fact>['place']): FoldEffect[] {
    const life = this.lives.get(key);
    if (!life) return [];
    const asserted = this.assertion(life);
    if (life.pending.reachedMs === reachedMs) life.pending.reachedMs = undefined;
    const at = this.touch(life, place);
    if (this.kept) {
      life.applyLater((state) => this.definition.reachTime(state, reachedMs, at));
      return [];
    }
    const applied = this.definition.reachTime(life.state, reachedMs, at);
    this.schedule(life);
    return applied.kind === 'inspected' ? [...asserted, ...this.emissions(life, at, 'change')] : asserted;
  }

  protected onClosed(key: string, lastOffset: number, place: Kept<Fact>['place']): FoldEffect[] {
    const life = this.lives.get(key);
    if (!life || life.lastOffset !== lastOffset) return [];
    const effects = this.assertion(life);
    effects.push(...this.emissions(life, { ...place, life: life.birth }, 'closing'));
    this.lives.delete(key);
    this.owed.delete(key);
    this.wakes.delete(key);
    return effects;
  }

  /** Counts once read back, and only for the life it was made of; see `restorable` for its use while refolding. */
  protected onCheckpoint(key: string, checkpoint: Checkpoint, live: boolean): FoldEffect[] {
    const life = this.lives.get(key);
    if (life?.birth === checkpoint.birthOffset) {
      if (life.pending.checkpointAsOf === checkpoint.asOf) life.pending.checkpointAsOf = undefined;
      life.savedBytes = checkpoint.state.length;
      if (this.readable(checkpoint)) life.needFrom = Math.max(life.needFrom, checkpoint.asOf + 1);
      return [];
    }
    if (live || !this.restorable(checkpoint, life)) return [];
    if (!this.readable(checkpoint)) {
      return [{ kind: 'alarm', code: 'checkpoint-of-other-schema', detail: { schema: checkpoint.schema } }];
    }
    this.restore(key, checkpoint);
    return [];
  }

  protected restorable(checkpoint: Checkpoint, life: Life<State> | undefined): boolean {
    return checkpoint.asOf >= this.from - 1 && (!life || life.birth > checkpoint.birthOffset);
  }

  protected readable(checkpoint: Checkpoint): boolean {
    return this.definition.stateSchemas.includes(checkpoint.schema);
  }

  protected restore(key: string, checkpoint: Checkpoint): void {
    const { birthOffset, asOf, lastOffset, lastLogMs } = checkpoint;
    const last = { offset: lastOffset, logMs: lastLogMs };
    const load = () => this.definition.loadState(checkpoint.state, checkpoint.schema);
    const life = new Life(key, birthOffset, last, asOf + 1, load);
    life.savedBytes = checkpoint.state.length;
    this.lives.set(key, life);
    for (const kept of this.kept?.get(key) ?? []) if (kept.place.offset > asOf) this.applyKeyed(kept);
  }

  protected onTakeover(takeover: { service: string; owner: string }, place: Kept<Fact>['place']): FoldEffect[] {
    if (takeover.service !== this.definition.service) return [];
    if (takeover.owner !== this.options.owner) return this.takenOverAt ? [{ kind: 'confirm-membership' }] : [];
    this.takenOverAt = place;
    for (const key of this.lives.keys()) this.owed.add(key);
    return [];
  }

  /**
   * What stands in this life as of this owner's takeover, if that is still owed. Written before the next record of the
   * conversation is applied, or when its turn comes: until then nothing has changed in it, so it says the same.
   */
  protected assertion(life: Life<State>): FoldEffect[] {
    if (!this.takenOverAt || !this.owed.delete(life.key)) return [];
    const effects = this.emissions(life, { ...this.takenOverAt, life: life.birth }, 'takeover');
    this.schedule(life);
    return effects;
  }

  protected assertSome(most: number): FoldEffect[] {
    const effects: FoldEffect[] = [];
    let left = most;
    for (const key of this.owed) {
      if (left-- <= 0) break;
      const life = this.lives.get(key);
      if (life) effects.push(...this.assertion(life));
    }
    return effects;
  }

  protected appendDue(life: Life<State>, logClockMs: number, effects: FoldEffect[]): void {
    const time = this.definition.nextTime(life.state);
    if (time && time.appendFromLogMs <= logClockMs && life.pending.reachedMs !== time.reachedMs) {
      life.pending.reachedMs = time.reachedMs;
      effects.push({ kind: 'append-own', key: life.key, fact: { kind: 'time-reached', reachedMs: time.reachedMs } });
    }
    const closeAt = life.lastLogMs + this.definition.closeAfterMs(life.state);
    if (!time && closeAt <= logClockMs && life.pending.closeOf !== life.lastOffset) {
      life.pending.closeOf = life.lastOffset;
      effects.push({ kind: 'append-own', key: life.key, fact: { kind: 'closed', lastOffset: life.lastOffset } });
    }
    this.schedule(life);
  }

  protected appendCheckpoints(effects: FoldEffect[]): void {
    const { maxRefold, leastRefold = maxRefold / 4 } = this.options;
    if (this.position - this.lastCheckpointScan < maxRefold / 50) return;
    this.lastCheckpointScan = this.position;
    const wanted = refoldWanted(this.lives.values(), leastRefold, maxRefold);
    for (const life of this.lives.values()) {
      // One that is still owed has its state yet to make, and is asserted before long.
      if (life.pending.checkpointAsOf !== undefined || this.owed.has(life.key)) continue;
      if (this.position - life.needFrom < checkpointAfter(life.key, wanted)) continue;
      const asOf = this.position - 1;
      life.pending.checkpointAsOf = asOf;
      const checkpoint: Checkpoint = {
        service: this.definition.service,
        schema: this.definition.stateSchemas[0],
        birthOffset: life.birth,
        asOf,
        lastOffset: life.lastOffset,
        lastLogMs: life.lastLogMs,
        state: this.definition.saveState(life.state),
      };
      effects.push({ kind: 'append-own', key: life.key, fact: { kind: 'checkpoint', checkpoint } });
    }
  }

  /** When this life wants `onClock` next: its time fact unless that is on its way, else its close. */
  protected schedule(life: Life<State>): void {
    if (this.kept || this.owed.has(life.key) || this.lives.get(life.key) !== life) return;
    const time = this.definition.nextTime(life.state);
    if (time) {
      if (life.pending.reachedMs === time.reachedMs) this.wakes.delete(life.key);
      else this.wakes.set(life.key, time.appendFromLogMs);
    } else if (life.pending.closeOf === life.lastOffset) this.wakes.delete(life.key);
    else this.wakes.set(life.key, life.lastLogMs + this.definition.closeAfterMs(life.state));
  }

  protected touch(life: Life<State>, place: Kept<Fact>['place']): FactPlace {
    life.lastOffset = place.offset;
    life.lastLogMs = place.logMs;
    return { ...place, life: life.birth };
  }

  protected keep(kept: Kept<Fact>): void {
    if (!this.kept) return;
    const list = this.kept.get(kept.decoded.key);
    if (list) list.push(kept);
    else this.kept.set(kept.decoded.key, [kept]);
  }

  protected emissions(life: Life<State>, at: FactPlace, why: 'change' | 'takeover' | 'closing'): FoldEffect[] {
    if (at.offset < this.start.liveAt) return [];
    return this.definition.emit(life.state, at, why).map((emission) => ({ kind: 'append', emission }));
  }

  protected takeover(): FoldEffect {
    const { service, engine } = this.definition;
    return { kind: 'append-own', key: '', fact: { kind: 'takeover', service, owner: this.options.owner, engine } };
  }
}

function refused(record: LogRecord | undefined, reason: string): FoldEffect[] {
  const count: FoldEffect = { kind: 'count', what: 'not-inspected' };
  return record ? [{ kind: 'dead-letter', record, reason }, count] : [count];
}
