import { DEFAULT_PARTITIONS } from '@earshot/process/topics';
import { brokersOf, type KafkaOptions, kafkaAddressOf, secretFrom } from '../cluster/kafka-options.js';
import { diagnose, type Finding } from '../doctor/diagnose.js';
import { diagnoseKafka } from '../doctor/diagnose-kafka.js';
import { diagnoseRedis, diagnoseWarehouse } from '../doctor/diagnose-stores.js';
import { lookAround } from '../doctor/look-around.js';
import { type ClusterAsked, lookAtCluster } from '../doctor/look-at-cluster.js';
import { ask } from '../instance/ask.js';
import { isAlive, readInstance } from '../instance/instance.js';
import { sentence, type Word } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';

const SIGNS = { fine: '✓', warning: '!', fault: '✗' } as const;

export interface DoctorOptions extends KafkaOptions {
  dataDir: string;
  port: number;
  json?: boolean;
  brokers?: string;
  partitions?: number;
  inSync?: number;
  namespace: string;
  redisUrl?: string;
  redisPasswordFile?: string;
  clickhouseUrl?: string;
  clickhouseUser: string;
  clickhousePasswordFile?: string;
}

/** Exit code 1 if something keeps Earshot from running: here, or on the cluster that it is asked to look at. */
export async function doctor(options: DoctorOptions, context: CommandContext): Outcome {
  const { lang, out, cluster } = context;
  const asked = await clusterAsked(options, context);
  const { kafka, redis, warehouse } = await lookAtCluster(asked, cluster);
  const findings = [
    ...diagnose(await lookAround(options)),
    ...(kafka ? diagnoseKafka(kafka, Date.now()) : []),
    ...(redis ? diagnoseRedis(redis) : []),
    ...(warehouse ? diagnoseWarehouse(warehouse) : []),
  ];
  const say = (word: Word, values?: Finding['values']) => sentence(lang, word, values);
  const spelled = findings.map((finding) => ({ ...finding, text: spell(finding, say) }));
  if (options.json)
    await out(JSON.stringify({ ok: findings.every(({ state }) => state !== 'fault'), findings: spelled }));
  else for (const { state, about, text } of spelled) await out(`${SIGNS[state]} ${say(about)}: ${text}`);
  return findings.some(({ state }) => state === 'fault') ? 1 : 0;
}

function spell({ word, values }: Finding, say: (word: Word, values?: Finding['values']) => string): string {
  return word ? say(word, values) : String(values['text'] ?? '');
}

/** What was named, and what the running instance of the data folder says where it is a cluster. */
async function clusterAsked(options: DoctorOptions, context: CommandContext): Promise<ClusterAsked> {
  const { namespace, inSync, redisUrl, redisPasswordFile, clickhouseUrl, clickhouseUser: user } = options;
  const known = await runningCluster(options.dataDir, context);
  const brokers = options.brokers === undefined ? known?.brokers : brokersOf(options.brokers);
  const { env } = context;
  const redisPassword = secretFrom(redisPasswordFile, env['EARSHOT_REDIS_PASSWORD']);
  const password = secretFrom(options.clickhousePasswordFile, env['EARSHOT_CLICKHOUSE_PASSWORD']);
  return {
    namespace,
    partitions: options.partitions ?? known?.partitions ?? DEFAULT_PARTITIONS,
    ...(brokers && { kafka: kafkaAddressOf(brokers, options, env) }),
    ...(inSync !== undefined && { inSync }),
    ...(redisUrl !== undefined && { redisUrl }),
    ...(redisPassword && { redisPassword }),
    ...(clickhouseUrl !== undefined && { clickhouse: { url: clickhouseUrl, user, ...(password && { password }) } }),
  };
}

/** The broker of `npm run cluster` in this folder, and the partitions that its services were told. */
async function runningCluster(dataDir: string, { stopping }: CommandContext) {
  const instance = readInstance(dataDir);
  if (!instance?.kafka || !isAlive(instance.pid)) return undefined;
  const answer = (await ask(instance, '/v1/admin/topics', undefined, stopping).catch(() => undefined)) as
    | { topics: { partitions: unknown[] }[] }
    | undefined;
  const [conversations] = answer?.topics ?? [];
  return { brokers: [instance.kafka], ...(conversations && { partitions: conversations.partitions.length }) };
}
