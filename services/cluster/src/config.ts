import { portSetting, redisSettings, secretSetting, switchSetting } from '@earshot/kit';
import { DEFAULT_PARTITIONS, inboundSetting } from '@earshot/process';
import { z } from 'zod';

/** Services of a cluster; each is a program of its own. */
export const SERVICES = ['ingest', 'rule-engine', 'sentiment', 'alert', 'console', 'analytics'] as const;
export type ServiceName = (typeof SERVICES)[number];

const MOST_REPLICAS = 50;

/** Settings of a whole cluster on this machine; from flags, else from `EARSHOT_…`. */
export const clusterConfig = z.object({
  port: portSetting(8700).describe(
    'console; the next three: ingest HTTP +1 and gRPC +2, rules gRPC +3; 0: any free ones',
  ),
  kafkaPort: portSetting(9092).describe('Kafka; 0: any free one'),
  dataDir: z.string().prefault('.earshot-cluster').describe('folder that everything is kept in'),
  replicas: z
    .string()
    .prefault('')
    .transform(replicasOf)
    .describe('processes of a service, with commas: rule-engine=3,alert=2; default: one of each'),
  partitions: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .prefault(DEFAULT_PARTITIONS)
    .describe('partitions of each topic, fixed at the first start: as many processes of a service can share the work'),
  inbound: inboundSetting(),
  rules: z
    .string()
    .optional()
    .describe('folder with rule files (*.yaml); default: the shipped rulebook and <data-dir>/rules'),
  people: z.string().optional().describe('people.yaml; default: <data-dir>/people.yaml, made at the first start'),
  routes: z.string().optional().describe('routes.yaml: who is told outside; default: <data-dir>/routes.yaml, if there'),
  analysis: switchSetting(true).describe('land everything in ClickHouse tables; --no-analysis: do not'),
  clickhouseUrl: z.url().optional().describe('ClickHouse server to use; absent: the engine that npm start installs'),
  clickhouseUser: z.string().prefault('earshot').describe('user of the ClickHouse server'),
  clickhousePassword: secretSetting().optional().describe('its password'),
  ...redisSettings,
  redisUrl: redisSettings.redisUrl.describe(
    'Redis to use for hints, redis:// or rediss://; absent: one is started if redis-server is installed',
  ),
  redis: switchSetting(true).describe('tell processes who is there and what was counted; --no-redis: each its own'),
  sentiment: switchSetting(true).describe('score how customers feel, for rules that ask; --no-sentiment: do not'),
  staffEmotion: switchSetting(false).describe('score what staff say too: an inference about people at work'),
  lang: z.enum(['zh', 'en']).optional().describe('language of what is printed, of prompts and of pages'),
});

export type ClusterConfig = z.output<typeof clusterConfig>;

/** `rule-engine=3,alert=2` */
function replicasOf(text: string, context: z.RefinementCtx): Partial<Record<ServiceName, number>> {
  const found: Partial<Record<ServiceName, number>> = {};
  for (const word of text.split(',').map((one) => one.trim())) {
    if (word === '') continue;
    const [name = '', count = ''] = word.split('=');
    const service = SERVICES.find((one) => one === name);
    const replicas = Number(count);
    if (!service || !Number.isInteger(replicas) || replicas < 1 || replicas > MOST_REPLICAS) {
      const message = `not "${word}": one of ${SERVICES.join(', ')}, = and 1 to ${MOST_REPLICAS}`;
      context.addIssue({ code: 'custom', message });
    } else if (ALONE.has(service) && replicas > 1) {
      context.addIssue({ code: 'custom', message: `there can be one ${service} only` });
    } else found[service] = replicas;
  }
  return found;
}

/** The engine's folder is of one analytics. */
const ALONE: ReadonlySet<ServiceName> = new Set(['analytics']);
