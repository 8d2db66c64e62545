import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, readConfig, type Scope, silentLogger } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { decodeAlertRecord, decodeCaseFact, decodeDeadLetter, TOPICS } from '@earshot/wire';
import { assemble } from '../assemble.js';
import { standaloneConfig } from '../config.js';
import { counterValue } from './counters.js';
import type { ReplayOptions } from './options.js';
import type { ReplayTarget, Told } from './target.js';

const BATCH = 1_000;

/** A whole instance of its own in a temporary folder; nobody is signed in and nothing leaves it. */
export async function throwAwayTarget(
  options: ReplayOptions,
  scope: Scope,
  onFatal: (error: Error) => void,
): Promise<ReplayTarget> {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-replay-'));
  scope.defer('temporary folder', () => rmSync(dir, { recursive: true, force: true }));
  const argv = ['--data-dir', dir, '--port', '0', '--no-demo', '--no-analysis', '--lang', options.lang];
  if (options.rules) argv.push('--rules', options.rules);
  const config = readConfig(standaloneConfig, { env: {}, argv });
  const system = await assemble({ config, folder: dataFolder(dir), logger: silentLogger(), scope, onFatal });
  const { log, doors, metrics } = system;
  return {
    grpcAddress: `${doors.grpc.host}:${doors.grpc.port}`,
    settled: () => system.settled(),
    cases: () => messages(log, TOPICS.cases, decodeCaseFact),
    alerts: () => messages(log, TOPICS.alerts, decodeAlertRecord),
    deadLetters: () => messages(log, TOPICS.deadLetters, decodeDeadLetter),
    repeated: async () => counterValue(await metrics.text(), 'earshot_events_repeated_total'),
  };
}

async function* messages<Message>(
  log: Log,
  topic: string,
  decode: (bytes: Uint8Array) => Message,
): AsyncGenerator<Told<Message>> {
  for (let partition = 0; partition < log.partitions(topic); partition++) {
    const { first, next } = await log.bounds(topic, partition);
    for (let from = first; from < next; ) {
      const batch = await log.read(topic, partition, from, BATCH);
      for (const { value, timestampMs } of batch) yield { message: decode(value), timestampMs };
      const last = batch.at(-1);
      if (!last) break;
      from = last.offset + 1;
    }
  }
}
