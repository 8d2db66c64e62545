import { type Checkpoint, type FoldEffect, type Life, PartitionFold } from '@earshot/log/fold';

/** The machine with one sentence of the plan put back to the wording it replaced. Each must be caught. */

type Place = { offset: number; logMs: number };

/** Re-asserts as of the committed offset, not of the takeover's own. */
export class AssertsAtCommittedOffset extends PartitionFold<unknown, unknown> {
  protected override onTakeover(takeover: { service: string; owner: string }, place: Place): FoldEffect[] {
    return super.onTakeover(takeover, { ...place, offset: this.start.liveAt });
  }
}

/** Says nothing at takeover. */
export class AssertsNothing extends PartitionFold<unknown, unknown> {
  protected override assertion(life: Life<unknown>): FoldEffect[] {
    return super.assertion(life).filter((effect) => effect.kind !== 'append');
  }
}

/** Works on after another owner has spoken. */
export class NeverGivesWay extends PartitionFold<unknown, unknown> {
  override contest(): FoldEffect[] {
    return [];
  }
}

/** Commits the offset without the low-water mark's meaning: begins again where it stopped. */
export class ForgetsTheMark extends PartitionFold<unknown, unknown> {
  override commitPoint() {
    const point = super.commitPoint();
    return point && { offset: point.offset, metadata: `mark=${point.offset}` };
  }
}

/** Counts a checkpoint when it is written, not when it is read back. */
export class CountsUnreadCheckpoints extends PartitionFold<unknown, unknown> {
  protected override appendCheckpoints(effects: FoldEffect[]): void {
    super.appendCheckpoints(effects);
    for (const life of this.lives.values()) {
      if (life.pending.checkpointAsOf !== undefined) life.needFrom = life.pending.checkpointAsOf + 1;
    }
  }
}

/** Uses any checkpoint, even where records between it and the refolded ones are missing. */
export class TrustsEveryCheckpoint extends PartitionFold<unknown, unknown> {
  protected override restorable(checkpoint: Checkpoint, life: Life<unknown> | undefined): boolean {
    return super.restorable(checkpoint, life) || !life || life.birth > checkpoint.birthOffset;
  }
}

/** Does not apply the kept records behind a checkpoint again. */
export class DropsKeptRecords extends PartitionFold<unknown, unknown> {
  protected override keep(): void {}
}

/** Closes although something came after the record that the fact names. */
export class ClosesAnyway extends PartitionFold<unknown, unknown> {
  protected override onClosed(key: string, lastOffset: number, place: Place): FoldEffect[] {
    const life = this.lives.get(key);
    return super.onClosed(key, life?.lastOffset ?? lastOffset, place);
  }
}

/** Timers instead of time facts: what is due is judged at once, in memory. */
export class JudgesByTimer extends PartitionFold<unknown, unknown> {
  override onClock(logClockMs: number): FoldEffect[] {
    return super.onClock(logClockMs).flatMap((effect) => {
      if (effect.kind !== 'append-own' || effect.fact.kind !== 'time-reached') return [effect];
      const life = this.lives.get(effect.key);
      if (!life) return [];
      const at = { offset: life.lastOffset, logMs: life.lastLogMs, life: life.birth };
      life.pending.reachedMs = undefined;
      this.definition.reachTime(life.state, effect.fact.reachedMs, at);
      this.schedule(life);
      return this.emissions(life, at, 'change');
    });
  }
}

/** Never writes a checkpoint. */
export class NeverCheckpoints extends PartitionFold<unknown, unknown> {
  protected override appendCheckpoints(): void {}
}
