import type { NewEvent, SendResult } from '@earshot/client';
import { Expectations } from '../load/expectations.js';
import type { Planned } from '../load/plan.js';
import { PLANTED } from '../load/words.js';
import { Acked } from './acked.js';
import type { Desktop } from './desktop.js';
import { expectedKeys, judge, lostOnDesk, type Verdict } from './oracle.js';
import type { LogFindings } from './read-log.js';
import type { RowCounts } from './rows.js';
import { pause } from './waiting.js';

/** Said at 4.5 s, missed at 8 s and 3 s of lateness: whatever comes sooner than this after its time cannot be missed. */
const LATE_GREETING_MS = 6_000;

/** What a run has said, what of it was acknowledged and where, and so what must be on the log and on the desk. */
export class RunLedger {
  readonly expectations = new Expectations();
  readonly acked = new Acked();
  /** Ids of events that were acknowledged from the disk of a door: they have no place yet. */
  readonly spooled = new Set<string>();
  readonly #conflicts = new Set<string>();
  readonly #lateGreetings = new Set<string>();
  refused = 0;
  longestOutageMs = 0;
  #lastAckMs = performance.now();

  get acknowledged(): number {
    return this.acked.count + this.spooled.size;
  }

  get conflicts(): number {
    return this.#conflicts.size;
  }

  /** For a sender that began at `startMs` (epoch). */
  heard(result: SendResult, { event, atMs, conflict = false }: Planned & { event: NewEvent }, startMs: number): void {
    this.answered(result, conflict);
    const { conversationId, body } = event;
    // From the disk of a door it reaches the log some time later.
    const late = Date.now() - startMs - atMs > LATE_GREETING_MS || (result.ok && result.offset === undefined);
    if (late && body.kind === 'utterance' && body.text.includes(PLANTED.greeting))
      this.#lateGreetings.add(conversationId);
  }

  answered(result: SendResult, conflict: boolean): void {
    if (!result.ok) {
      this.refused += 1;
      return;
    }
    const nowMs = performance.now();
    this.longestOutageMs = Math.max(this.longestOutageMs, nowMs - this.#lastAckMs);
    this.#lastAckMs = nowMs;
    const { partition, offset, eventId } = result;
    if (offset === undefined) {
      this.spooled.add(eventId);
      return;
    }
    this.acked.add(partition, offset, eventId);
    if (conflict) this.#conflicts.add(`${partition}:${offset}`);
  }

  /** Resolves when the desk shows everything that stands, or after the deadline: the verdict will say so. */
  async settle(desktop: Desktop, withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs;
    const wanted = {
      expectations: this.expectations,
      nextEpoch: Number.POSITIVE_INFINITY,
      log: { firstEpoch: new Map() },
    };
    const lacks = () => desktop.phase !== 'live' || lostOnDesk(expectedKeys(wanted), desktop.alerts).length > 0;
    while (performance.now() < untilMs && lacks()) await pause(50);
    // What should not be there gets a moment to turn up.
    await pause(1_000);
  }

  judge(seen: {
    shown: Desktop['shown'];
    desk: Desktop['alerts'];
    log: LogFindings;
    nextEpoch: number;
    rows?: RowCounts | undefined;
  }): Verdict {
    const { rows, ...rest } = seen;
    return judge({
      ...rest,
      expectations: this.expectations,
      conflicts: this.#conflicts,
      refused: this.refused,
      lateGreetings: this.#lateGreetings,
      ...(rows ? { rows } : {}),
    });
  }

  /** From the time words were due to be said to their alert on the desk, ms. */
  spokenShown(desktop: Desktop, startMs: number): number[] {
    const offsetMs = Date.now() - performance.now();
    return desktop.shown.flatMap(({ key, atMs }) => {
      const expected = this.expectations.all.get(key);
      if (expected?.becomes !== 'stands' || expected.rule === 'planted-missing' || expected.saidMs < startMs) return [];
      return [atMs + offsetMs - expected.saidMs];
    });
  }

  get expected(): number {
    return [...this.expectations.all.values()].filter(({ becomes }) => becomes === 'stands').length;
  }
}
