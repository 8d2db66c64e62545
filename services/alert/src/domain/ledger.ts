import {
  type AlertState,
  type AlertVersion,
  compareVersions,
  type DeliveryDue,
  type DeliveryFact,
  type DeliveryResult,
} from '@earshot/model';

/** A delivery that has no result yet. */
export interface Waiting {
  due: DeliveryDue;
  offset: number;
  /** Log time at which it became due; its life is counted from here, whatever restarts in between. */
  sinceMs: number;
  attempts: number;
  notBeforeMs: number;
}

interface Last {
  id: string;
  cause: AlertVersion;
  result?: DeliveryResult;
}

export type Taken =
  | { kind: 'noted' }
  | { kind: 'queued' }
  /** Finished before: its result has to be told again, because whoever wrote this does not know it. */
  | { kind: 'finished'; result: DeliveryResult }
  /** Held before, or older than the last operation for this alert. */
  | { kind: 'repeated' };

/** Alerts whose last operation is remembered, for each recipient. */
const REMEMBERED = 10_000;

/** What one recipient's records say: the operations that wait, in order, and the last operation for each alert. */
export class Ledger {
  private readonly waiting: Waiting[] = [];
  private readonly last = new Map<string, Last>();
  /** The state of each alert that the recipient knows for certain. */
  private readonly told = new Map<string, AlertState>();
  /** Routes of this epoch and before have told us to stop (410). */
  disabledUpToEpoch = -1;

  /** `settled`: the record lies before everything that is unfinished, so a due in it has had its result. */
  take(body: DeliveryFact['body'], at: { offset: number; logMs: number }, settled = false): Taken {
    switch (body.kind) {
      case 'due':
        return this.onDue(body, at, settled);
      case 'attempt': {
        const waiting = this.waiting.find(({ due }) => due.id === body.id);
        if (waiting && body.attempts > waiting.attempts) {
          waiting.attempts = body.attempts;
          waiting.notBeforeMs = body.nextAtMs;
        }
        return { kind: 'noted' };
      }
      case 'result':
        this.onResult(body.result);
        return { kind: 'noted' };
    }
  }

  head(): Waiting | undefined {
    return this.waiting[0];
  }

  /** Another version of the code may have made the same state due under another name: it is not told twice. */
  knows(due: DeliveryDue): boolean {
    return this.told.get(due.alertId) === due.operation;
  }

  get size(): number {
    return this.waiting.length;
  }

  /** Offset of the oldest delivery without a result. */
  oldest(): number | undefined {
    return this.waiting[0]?.offset;
  }

  private onDue(due: DeliveryDue, at: { offset: number; logMs: number }, settled: boolean): Taken {
    const before = this.last.get(due.alertId);
    if (before?.id === due.id) {
      return before.result ? { kind: 'finished', result: before.result } : { kind: 'repeated' };
    }
    if (before && compareVersions(due.cause, before.cause) <= 0) return { kind: 'repeated' };
    this.remember(due.alertId, { id: due.id, cause: due.cause });
    if (settled) return { kind: 'noted' };
    this.waiting.push({ due, offset: at.offset, sinceMs: at.logMs, attempts: 0, notBeforeMs: 0 });
    return { kind: 'queued' };
  }

  private onResult(result: DeliveryResult): void {
    const index = this.waiting.findIndex(({ due }) => due.id === result.id);
    if (index >= 0) this.waiting.splice(index, 1);
    // What failed may have arrived all the same: then nothing is certain any more.
    if (result.status === 'sent') this.told.set(result.alertId, result.operation);
    else this.told.delete(result.alertId);
    const before = this.last.get(result.alertId);
    if (!before || before.id === result.id || compareVersions(result.cause, before.cause) > 0) {
      this.remember(result.alertId, { id: result.id, cause: result.cause, result });
    }
    if (result.code === 'gone') this.disabledUpToEpoch = Math.max(this.disabledUpToEpoch, result.controlEpoch);
  }

  private remember(alertId: string, last: Last): void {
    this.last.delete(alertId);
    this.last.set(alertId, last);
    if (this.last.size <= REMEMBERED + this.waiting.length) return;
    for (const [id] of this.last) {
      if (this.waiting.some(({ due }) => due.alertId === id)) continue;
      this.last.delete(id);
      this.told.delete(id);
      return;
    }
  }
}
