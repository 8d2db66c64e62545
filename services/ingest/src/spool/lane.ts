import { type AppendEntry, isAboutTheRecord, type Log, type SpoolLane } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import type { Ack } from '../appender.js';
import type { Clock } from './clock.js';
import { failureOf, logSilent } from './failures.js';
import type { LaneListener } from './lane-listener.js';
import type { SpoolLimits } from './limits.js';
import { type CallSource, type LaneFigures, pauseMs, sendFrom, shouldSpool } from './next-step.js';
import { type Outgoing, outgoing, upToBytes } from './outgoing.js';

interface Waiting {
  entry: AppendEntry;
  resolve(ack: Ack): void;
  reject(error: unknown): void;
}

interface Call {
  from: CallSource;
  count: number;
  /** Reasons of the dead letters in it. */
  aside: string[];
  unarm(): void;
}

/** The effects of one partition's line; `next-step.ts` says when. Nothing here throws or rejects but `add`. */
export class Lane {
  private memory: Waiting[] = [];
  private call: Call | undefined;
  private writing: Promise<void> | undefined;
  private dropping = false;
  /** The log has everything below this place of the spool. */
  private landed: number;
  private failures = 0;
  private late = false;
  /** Ends the pause after a failure. */
  private endPause: (() => void) | undefined;
  /** So many at the head go one by one: the log refuses one of them, and it is not known which. */
  private alone = 0;
  /** Why the head goes as a dead letter. */
  private asideBecause: string | undefined;
  private scheduled = false;
  private ended = false;

  constructor(
    private readonly log: Pick<Log, 'append'>,
    private readonly spool: SpoolLane,
    private readonly limits: SpoolLimits,
    private readonly clock: Clock,
    private readonly listener: LaneListener,
  ) {
    this.landed = spool.first;
  }

  get onDisk(): number {
    return this.spool.next - this.landed;
  }

  get inMemory(): number {
    return this.memory.length;
  }

  /** Acknowledgements do not come from the log now. */
  get away(): boolean {
    return this.late || this.failures > 0 || this.onDisk > 0;
  }

  get idle(): boolean {
    return this.memory.length === 0 && this.onDisk === 0 && !this.call && !this.writing && !this.dropping;
  }

  oldestMs(): number | undefined {
    return this.onDisk > 0 ? this.spool.oldestMs() : undefined;
  }

  /** Resolves when the entry is durable. The call itself fixes its place in the line. */
  add(entry: AppendEntry): Promise<Ack> {
    return new Promise((resolve, reject) => {
      this.memory.push({ entry, resolve, reject });
      this.schedule();
    });
  }

  /** Looks at what is to be done, a turn later, so that what arrives together goes together. */
  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.step();
    });
  }

  /** Repeats a failed call now. */
  hurry(): void {
    this.endPause?.();
    this.schedule();
  }

  /** From now on nothing is done; who has not been answered is refused. What is on the disk stays there. */
  end(refusal: EarshotError): void {
    this.ended = true;
    this.call?.unarm();
    this.endPause?.();
    for (const { reject } of this.memory.splice(0)) reject(refusal);
  }

  private get figures(): LaneFigures {
    const { onDisk, inMemory, call, late, failures } = this;
    const [pausing, writing] = [!!this.endPause, !!this.writing];
    return { onDisk, inMemory, call, late, failing: failures > 0, pausing, writing };
  }

  private step(): void {
    if (this.ended) return;
    const from = sendFrom(this.figures);
    if (from) this.send(from);
    if (shouldSpool(this.figures)) this.writing = this.write();
    if (this.landed > this.spool.first && !this.dropping) void this.drop();
    this.listener.changed();
  }

  private send(from: 'disk' | 'memory'): void {
    const call: Call = { from, count: 0, aside: [], unarm: () => undefined };
    const sent = this.callWith(call);
    const { patienceMs, abandonMs } = this.limits;
    const unarmLate = this.clock.after(patienceMs, () => this.becomeLate());
    const unarmLost = this.clock.after(abandonMs, () => void this.settle(call, logSilent()));
    call.unarm = () => {
      unarmLate();
      unarmLost();
    };
    this.call = call;
    void sent.then(
      (offsets) => this.settle(call, offsets),
      (error: unknown) => this.settle(call, failureOf(error)),
    );
  }

  private async callWith(call: Call): Promise<number[]> {
    const limit = this.alone > 0 ? 1 : this.limits.batch;
    const head: Outgoing[] = call.from === 'disk' ? this.diskHead(limit) : this.memory.slice(0, limit);
    const going = upToBytes(head, this.limits.batchBytes);
    call.count = going.length;
    call.aside = going.flatMap(({ aside }) => aside ?? []);
    const offsets = await this.log.append(going.map(({ entry }) => entry));
    if (offsets.length !== going.length) throw new EarshotError('internal', 'the log did not answer for every entry');
    return offsets;
  }

  private diskHead(limit: number): Outgoing[] {
    const nowMs = this.clock.now();
    const because = this.asideBecause;
    const spooled = this.spool.read(this.landed, because === undefined ? limit : 1);
    if (spooled.length === 0) throw new EarshotError('internal', 'the spool holds less than it says');
    return spooled.map((entry) => outgoing(this.spool, entry, because, nowMs));
  }

  private becomeLate(): void {
    this.late = true;
    this.listener.logTrouble('log-late');
    this.step();
  }

  private async settle(call: Call, outcome: number[] | EarshotError): Promise<void> {
    // Until then it is not known on which side of the line its entries are.
    while (call.from === 'memory' && this.writing) await this.writing;
    if (this.call !== call || this.ended) return;
    call.unarm();
    this.call = undefined;
    if (!(outcome instanceof EarshotError)) this.landedWith(call, outcome);
    else if (isAboutTheRecord(outcome)) this.refusedOneOf(call, outcome);
    else this.failed(outcome);
    this.step();
  }

  private landedWith({ from, count, aside }: Call, offsets: readonly number[]): void {
    this.answered();
    this.alone = Math.max(0, this.alone - count);
    if (from === 'disk') {
      this.asideBecause = undefined;
      this.landed += count;
      this.listener.drained(count, aside);
    } else if (from === 'memory') {
      const { partition } = this.spool;
      for (const [index, { resolve }] of this.memory.splice(0, count).entries())
        resolve({ partition, offset: offsets[index] as number });
    }
  }

  /** The log is well and will never take one of these. */
  private refusedOneOf({ from, count, aside }: Call, error: EarshotError): void {
    if (from === 'nobody') return this.answered();
    // Refused as a dead letter too: what was acknowledged is kept, and waits for somebody to lift the log's limit.
    if (aside.length > 0 && count === 1) return this.failed(error);
    this.answered();
    if (count > 1) this.alone = count;
    else if (from === 'memory') this.memory.shift()?.reject(error);
    else this.asideBecause = error.code;
  }

  private answered(): void {
    this.failures = 0;
    this.late = false;
  }

  private failed(error: EarshotError): void {
    this.failures += 1;
    this.late = false;
    this.listener.logTrouble(error.code);
    const unarm = this.clock.after(pauseMs(this.failures, this.limits.longestPauseMs), () => {
      this.endPause = undefined;
      this.step();
    });
    this.endPause = () => {
      unarm();
      this.endPause = undefined;
    };
  }

  /** Brings everything that is in memory to the disk and answers for it. */
  private async write(): Promise<void> {
    const batch = this.memory.slice();
    const outcome = await this.spool.put(batch.map(({ entry }) => entry)).catch(failureOf);
    // Nobody else shortens the line's memory while it is being written.
    this.memory.splice(0, batch.length);
    const written = !(outcome instanceof EarshotError);
    if (this.call?.from === 'memory') this.call.from = written ? 'disk' : 'nobody';
    this.writing = undefined;
    if (written) {
      const { partition } = this.spool;
      for (const { resolve } of batch) resolve({ partition });
      this.listener.spooled(batch.length);
    } else {
      for (const { reject } of batch) reject(outcome);
    }
    this.listener.spoolTrouble(written ? undefined : outcome.code);
    this.step();
  }

  /** A crash before it is done sends these again: the log then holds them twice. */
  private async drop(): Promise<void> {
    this.dropping = true;
    const failure = await this.spool.dropBefore(this.landed).catch(failureOf);
    if (failure) {
      this.listener.spoolTrouble(failure.code);
      await new Promise<void>((resolve) => this.clock.after(this.limits.longestPauseMs, resolve));
    }
    this.dropping = false;
    this.step();
  }
}
