import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { openKafkaLog } from '@earshot/log/kafka';

type Methods = Pick<Log, 'append'>;

/** The methods that every log of this process has, to put a mistake into; of a process that has none, nobody's. */
export async function logMethods(): Promise<Methods> {
  if (!isMainThread || !/services.[a-z-]+.dist.main\.js$/.test(process.argv[1] ?? '')) return nobodys();
  const brokers = process.argv[process.argv.indexOf('--brokers') + 1];
  return process.argv.includes('--brokers') && brokers !== undefined ? ofKafka(brokers) : ofEmbedded();
}

async function ofKafka(broker: string): Promise<Methods> {
  return prototypeOf(await openKafkaLog({ brokers: [broker], node: 'class', topics: {} }));
}

async function ofEmbedded(): Promise<Methods> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-class-'));
  try {
    return await prototypeOf(await openEmbeddedLog({ dir, topics: { none: { partitions: 1 } } }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function prototypeOf(log: Log): Promise<Methods> {
  await log.close();
  return Object.getPrototypeOf(log) as Methods;
}

function nobodys(): Methods {
  return { append: () => Promise.resolve([]) };
}
