import { createMetrics, silentLogger } from '@earshot/kit';
import type { AppendEntry, Assignment, Log, SubscribeOptions } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { type KafkaLogOptions, openKafkaLog } from '@earshot/log/kafka';
import { createMasker } from '@earshot/privacy';
import { TOPICS } from '@earshot/wire';
import { createAcceptor } from '../../accept-event.js';
import { createAppender } from '../../appender.js';
import { followInbound } from '../../inbound.js';

export type ReaderAt = { dir: string } | Pick<KafkaLogOptions, 'brokers' | 'node' | 'topics' | 'namespace' | 'times'>;

/** `early` is the mistake: the offset is moved first, the facts are appended then. */
export type ReaderMode = 'before-append' | 'after-append' | 'early';

/*
 * A process that reads the inbound topic and kills itself once it has appended `dieAt` facts: just before the append that
 * would reach them, or just after it and before the offset moves.
 */
const { at, mode, dieAt } = JSON.parse(process.argv[2] ?? '{}') as { at: ReaderAt; mode: ReaderMode; dieAt: number };
const topics = {
  [TOPICS.inbound]: { partitions: 3 },
  [TOPICS.conversations]: { partitions: 4 },
  [TOPICS.deadLetters]: { partitions: 2 },
};
const log: Log = 'dir' in at ? await openEmbeddedLog({ dir: at.dir, topics }) : await openKafkaLog(at);

let appended = 0;
const die = () => process.kill(process.pid, 'SIGKILL');

async function append(entries: readonly AppendEntry[]): Promise<number[]> {
  if (mode !== 'after-append' && appended + entries.length >= dieAt) die();
  const offsets = await log.append(entries);
  appended += entries.length;
  if (appended >= dieAt) die();
  return offsets;
}

function early(options: SubscribeOptions): SubscribeOptions {
  return {
    ...options,
    onAssigned: async (assignment) => {
      const deaf = Object.assign(Object.create(assignment) as Assignment, { commit: async () => undefined });
      const handler = await options.onAssigned(deaf);
      return {
        from: handler.from,
        handle: async (records) => {
          await assignment.commit((records.at(-1)?.offset ?? -1) + 1, '');
          await handler.handle(records);
        },
        close: () => handler.close(),
      };
    },
  };
}

const watched = Object.assign(Object.create(log) as Log, {
  append,
  subscribe: (options: SubscribeOptions) => log.subscribe(mode === 'early' ? early(options) : options),
});
const metrics = createMetrics();
const masker = createMasker({ key: 'a key of at least sixteen bytes' });
const acceptor = createAcceptor({
  appender: createAppender(watched, { batch: 1_000, waiting: 1_000 }),
  masker: () => masker,
  ruleSetStamp: () => undefined,
  clock: () => Date.UTC(2026, 4, 1, 9),
  metrics,
});
followInbound({ topic: TOPICS.inbound, tenant: 'bank' }, { log: watched, acceptor, logger: silentLogger(), metrics });
process.once('SIGTERM', () => process.exit(1));
setInterval(() => undefined, 1_000);
