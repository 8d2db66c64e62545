import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../instance/ask.js';
import { type At, type Reached, runningInstance } from '../instance/instance.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';

const FOLLOW_EVERY_MS = 500;

export interface TailOptions extends At {
  from?: number;
  limit: number;
  partition?: number;
  follow?: boolean;
}

interface Page {
  topic: string;
  partitions: number;
  next: number;
  end: number;
  records: unknown[];
}

/** Records as JSON lines, partition after partition; with `follow` it goes on until Ctrl-C. */
export async function topicsTail(topic: string, options: TailOptions, context: CommandContext): Outcome {
  const instance = runningInstance(options);
  const first = await page(instance, topic, options.partition ?? 0, options, context);
  const partitions = options.partition === undefined ? [...Array(first.partitions).keys()] : [options.partition];
  const next = new Map<number, number>();
  let shown = 0;
  for (const partition of partitions) {
    const found = partition === partitions[0] ? first : await page(instance, topic, partition, options, context);
    shown += await show(found, context);
    next.set(partition, found.next);
  }
  if (!options.follow) {
    if (shown === 0) context.err(sentence(context.lang, 'no-records', { topic: first.topic }));
    return 0;
  }
  while (!context.stopping.aborted) {
    for (const [partition, from] of next) {
      const found = await page(instance, topic, partition, { ...options, from }, context);
      await show(found, context);
      next.set(partition, found.next);
    }
    await pause(FOLLOW_EVERY_MS, undefined, { signal: context.stopping }).catch(() => undefined);
  }
  return 0;
}

async function page(
  instance: Reached,
  topic: string,
  partition: number,
  options: TailOptions,
  context: CommandContext,
) {
  const query = new URLSearchParams({ partition: String(partition), limit: String(options.limit) });
  if (options.from !== undefined) query.set('from', String(options.from));
  const path = `/v1/admin/topics/${encodeURIComponent(topic)}?${query}`;
  return (await ask(instance, path, undefined, context.stopping)) as Page;
}

async function show({ records }: Page, { out }: CommandContext): Promise<number> {
  for (const record of records) await out(JSON.stringify(record));
  return records.length;
}
