import { once } from 'node:events';
import type { ClusterTools } from './cluster/ports.js';
import { runCli } from './run-cli.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
// `earshot … | head` closes our output early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const cluster: ClusterTools = {
  async kafka() {
    const { checkKafkaTopics, createKafkaTopics, inspectKafka } = await import('@earshot/log/kafka');
    return { createTopics: createKafkaTopics, checkTopics: checkKafkaTopics, inspect: inspectKafka };
  },
  redis: async () => (await import('./cluster/look-at-redis.js')).redisTools,
  async warehouse() {
    const { openClickhouseWarehouse } = await import('@earshot/warehouse/clickhouse');
    const { warehouseTools } = await import('./cluster/look-at-warehouse.js');
    return warehouseTools(openClickhouseWarehouse);
  },
};

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  cluster,
  stopping: stop.signal,
  out: async (line) => {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  },
  err: (line) => process.stderr.write(`${line}\n`),
});
process.exitCode = code;
