import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { create } from '@earshot/analytics';
import { createMetrics, createScope, type Scope, silentLogger } from '@earshot/kit';
import { createKafkaTopics, openKafkaLog } from '@earshot/log/kafka';
import { startKafkaBroker } from '@earshot/log/kafka-broker';
import { clusterTopics } from '@earshot/process';
import { Chance } from '@earshot/testkit';
import { TOPICS } from '@earshot/wire';
import { readTexts } from '../lib/corpus.js';
import { median, round } from '../lib/measure.js';
import { definePart } from '../lib/part.js';
import { atLeast } from '../lib/report.js';
import { scopedFolder } from '../lib/scoped-folder.js';
import { spokenFact } from '../lib/spoken-facts.js';
import { startTableServer, type TableServer } from './table-server.js';

const PARTITIONS = 12;
const APPENDED_AT_ONCE = 2_000;
const LOOKS_EVERY_MS = 50;
const TABLE = 'earshot.utterances';
const RAW_TABLE = 'earshot.bench_raw';

/** A backlog on the log becoming rows, against the same rows put in as prepared text. */
export const landing = definePart({
  says: 'rows from the log into tables, against the same rows as raw TSV; 2 minutes',
  flags: {
    rounds: { default: 3, says: 'of both, in turns' },
    rows: { default: 200_000, says: 'of each round' },
    batch: { default: 5_000, says: 'rows of one raw insert; ours has at most as many' },
    conversations: { default: 1_000, says: 'that the rows are of' },
    seed: { default: 1, says: 'of the texts' },
  },
  async run(asked, say) {
    const texts = readTexts(new Chance(asked.seed));
    const found = { ours: [] as number[], raw: [] as number[] };
    for (let n = 0; n < asked.rounds; n++) {
      const scope = createScope();
      try {
        const tables = await startTableServer(scope, scopedFolder(scope, 'landing'));
        const ours = await landBacklog(scope, tables, asked, texts);
        // The rows of the one are the text of the other.
        const raw = await insertRaw(tables, asked.batch);
        found.ours.push(ours);
        found.raw.push(raw);
        say(`round ${n + 1}: ours ${Math.round(ours)} rows/s, raw ${Math.round(raw)} rows/s`);
      } finally {
        await scope.close(20_000);
      }
    }
    const rows = [
      { side: 'raw TSV insert', 'rows/s': round(median(found.raw)) },
      { side: 'ours: read, decoded, landed', 'rows/s': round(median(found.ours)) },
    ];
    return {
      tables: [{ title: 'Utterances into one table; medians of the rounds', rows }],
      targets: [atLeast('rows/s, ours / raw TSV insert', 0.6, median(found.ours) / median(found.raw))],
      notes: [
        'One engine for both, the one that `npm start` installs, behind HTTP in a process of its own; a ClickHouse server was not ' +
          'run. Raw: the very rows that ours landed, written out by the engine beforehand, into a table of the same columns, ' +
          `${PARTITIONS} inserts at once; nothing is read, decoded, checked or remembered. Ours: read from Kafka, decoded, told from ` +
          'repeats, encoded, inserted under tokens, offsets moved twice a batch; from the first row to the last.',
      ],
    };
  },
});

async function landBacklog(
  scope: Scope,
  tables: TableServer,
  { rows, conversations }: { rows: number; conversations: number },
  texts: readonly string[],
): Promise<number> {
  const dir = scopedFolder(scope, 'backlog');
  const broker = await startKafkaBroker({ folder: join(dir, 'kafka') });
  scope.defer('Kafka', () => broker.stop());
  const connection = { brokers: [broker.address], node: 'bench' };
  const topics = clusterTopics(PARTITIONS);
  await createKafkaTopics({ connection, topics, replicas: 1, minInSyncReplicas: 1 });
  const log = await openKafkaLog({ ...connection, topics });
  scope.defer('log', () => log.close());
  for (let from = 0; from < rows; from += APPENDED_AT_ONCE) {
    const count = Math.min(APPENDED_AT_ONCE, rows - from);
    await log.append(
      Array.from({ length: count }, (_, i) => ({
        topic: TOPICS.conversations,
        ...spokenFact(texts, conversations, from + i),
      })),
    );
  }
  const openWarehouse = () => tables.openWarehouse();
  const analytics = create({ log, openWarehouse, logger: silentLogger(), metrics: createMetrics() });
  analytics.start();
  scope.defer('analytics', () => analytics.stop());
  while (analytics.state() === 'off') await pause(LOOKS_EVERY_MS);
  const landed = async () => Number(await tables.ask(`SELECT count() FROM ${TABLE}`));
  let first = 0;
  while (first === 0) {
    first = await landed();
    if (first === 0) await pause(LOOKS_EVERY_MS);
  }
  const beganMs = performance.now();
  while ((await landed()) < rows) await pause(LOOKS_EVERY_MS);
  const seconds = (performance.now() - beganMs) / 1_000;
  await analytics.stop();
  return (rows - first) / seconds;
}

async function insertRaw(tables: TableServer, batch: number): Promise<number> {
  await tables.ask(`DROP TABLE IF EXISTS ${RAW_TABLE}`);
  await tables.ask(`CREATE TABLE ${RAW_TABLE} AS ${TABLE}`);
  const lines = (await tables.ask(`SELECT * FROM ${TABLE} FORMAT TabSeparated`)).split('\n');
  const parts = Array.from({ length: Math.ceil(lines.length / batch) }, (_, i) =>
    lines.slice(i * batch, (i + 1) * batch).join('\n'),
  );
  const beganMs = performance.now();
  const insert = async () => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      await tables.ask(`INSERT INTO ${RAW_TABLE} FORMAT TabSeparated`, part);
    }
  };
  await Promise.all(Array.from({ length: PARTITIONS }, insert));
  const seconds = (performance.now() - beganMs) / 1_000;
  const there = Number(await tables.ask(`SELECT count() FROM ${RAW_TABLE}`));
  if (there !== lines.length) throw new Error(`not the same work: ${there} rows of ${lines.length} are there`);
  return lines.length / seconds;
}
