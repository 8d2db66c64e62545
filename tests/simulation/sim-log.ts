import type { LogRecord } from '@earshot/log';
import { Chance } from '@earshot/testkit';
import { TOPICS } from '@earshot/wire';

/** One partition per topic, in memory, with the log's clock; an append may be held twice. */
export class SimLog {
  nowMs = 1_700_000_000_000;
  private readonly historyChance = new Chance(1);
  private readonly topics = new Map<string, LogRecord[]>();

  constructor(
    private readonly chance: Chance,
    private readonly doubling: number,
  ) {}

  append(topic: string, key: string, value: Uint8Array): void {
    const records = this.of(topic);
    const push = () =>
      records.push({ topic, partition: 0, offset: records.length, key, value, timestampMs: this.nowMs });
    push();
    // Chances of its own: the schedules of earlier finds stay what they were before there was history.
    const chance = topic === TOPICS.history ? this.historyChance : this.chance;
    if (this.doubling > 0 && chance.chance(this.doubling)) push();
  }

  of(topic: string): LogRecord[] {
    const found = this.topics.get(topic);
    if (found) return found;
    const records: LogRecord[] = [];
    this.topics.set(topic, records);
    return records;
  }

  get conversations(): LogRecord[] {
    return this.of(TOPICS.conversations);
  }
}
