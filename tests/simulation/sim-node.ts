import type { FoldDefinition, FoldEffect, FoldFact, PartitionFold } from '@earshot/log/fold';
import type { SimLog } from './sim-log.js';
import type { Met } from './world.js';

type AnyFold = PartitionFold<unknown, unknown>;
type FoldClass = new (
  definition: FoldDefinition<unknown, unknown>,
  start: ConstructorParameters<typeof PartitionFold>[1],
) => AnyFold;

export interface NodeKind {
  topic: string;
  definition: FoldDefinition<unknown, unknown>;
  fold: FoldClass;
  maxRefold: number;
  leastRefold?: number;
  /** The wrong order: the offset moves first, and what a whole batch asked for is done behind it. */
  commitBeforeEffects?: boolean;
}

export interface Committed {
  offset: number;
  metadata: string;
}

/** One owner of the partition: reads, decides, and has its effects done one by one, so it can die between any two. */
export class SimNode {
  readonly fold: AnyFold;
  private readonly effects: FoldEffect[] = [];
  private position: number;
  dead = false;
  /** Steps for which this process stands still without knowing. */
  frozenFor = 0;
  refolded = 0;

  constructor(
    readonly owner: string,
    readonly kind: NodeKind,
    private readonly log: SimLog,
    private readonly committed: Committed | undefined,
    /** Whether the coordinator still counts this owner in. */
    private readonly isMember: () => boolean,
    private readonly met: Met,
  ) {
    const { definition, maxRefold, leastRefold = maxRefold / 4 } = kind;
    this.fold = new kind.fold(definition, { owner, committed, first: 0, maxRefold, leastRefold });
    this.position = this.fold.from;
    this.effects.push(...this.fold.begin());
  }

  get lag(): number {
    return this.log.of(this.kind.topic).length - this.position;
  }

  get idle(): boolean {
    return this.effects.length === 0 && this.lag === 0 && this.fold.owes === 0;
  }

  /** Performs the next effect, or else reads the next record. False: nothing to do. */
  step(): boolean {
    const inBatch = this.kind.commitBeforeEffects && this.lag > 0;
    const effect = inBatch ? undefined : this.effects.shift();
    if (effect) {
      this.perform(effect);
      return true;
    }
    const record = this.log.of(this.kind.topic)[this.position];
    if (!record) return false;
    this.position++;
    if (this.committed && record.offset < this.committed.offset) this.refolded++;
    this.effects.push(...this.fold.onRecord(record));
    return true;
  }

  tick(): void {
    if (this.effects.length === 0) this.effects.push(...this.fold.onClock(this.log.nowMs, 1));
  }

  /** What would be committed now; undefined while effects are open. */
  commitPoint(): Committed | undefined {
    if (this.effects.length > 0 && !this.kind.commitBeforeEffects) return undefined;
    return this.fold.commitPoint();
  }

  private perform(effect: FoldEffect): void {
    switch (effect.kind) {
      case 'append':
        this.log.append(effect.emission.topic, effect.emission.key, effect.emission.value);
        break;
      case 'append-own':
        this.count(effect.fact.kind);
        this.log.append(this.kind.topic, effect.key, this.kind.definition.encode(effect.fact, effect.key));
        break;
      case 'confirm-membership': {
        const member = this.isMember();
        if (!member) {
          this.effects.length = 0;
          this.met.gaveWay++;
        }
        this.effects.push(...this.fold.contest(member));
        break;
      }
      case 'alarm':
        throw new Error(`alarm: ${effect.code} ${JSON.stringify(effect.detail)}`);
      case 'dead-letter':
        if (effect.reason === 'conflict') throw new Error('a repeat was taken for a conflict');
        break;
      case 'wait':
        throw new Error('nothing to wait for here');
      case 'count':
        break;
    }
  }

  private count(kind: FoldFact['kind']): void {
    if (kind === 'checkpoint') this.met.checkpoints++;
    else if (kind === 'time-reached') this.met.timeFacts++;
    else if (kind === 'closed') this.met.closes++;
  }
}
