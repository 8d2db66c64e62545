import type { AppendEntry, Log } from '@earshot/log';
import { TOPICS } from '@earshot/wire';
import { logMethods } from './log-class.js';

/** The door is answered at once, and what it handed in is written with the next round: what many call group commit. */
const ROUND_MS = 30;

const methods = await logMethods();
const append = methods.append;
const offsets = new Map<number, number>();
let gathered: AppendEntry[] = [];

methods.append = async function (this: Log, entries) {
  if (entries.some(({ topic, partition }) => topic !== TOPICS.conversations || partition !== undefined)) {
    return append.call(this, entries);
  }
  if (gathered.length === 0) {
    setTimeout(() => {
      const round = gathered;
      gathered = [];
      append.call(this, round).catch(() => process.exit(1));
    }, ROUND_MS);
  }
  gathered.push(...entries);
  const guessed: number[] = [];
  for (const { topic, key } of entries) {
    const partition = this.partitionOf(topic, key);
    const { next } = await this.bounds(topic, partition);
    const offset = Math.max(next, offsets.get(partition) ?? 0);
    offsets.set(partition, offset + 1);
    guessed.push(offset);
  }
  return guessed;
};
