import { hostname } from 'node:os';
import { kafkaSettings, portSetting, secretSetting } from '@earshot/kit';
import { z } from 'zod';
import { DEFAULT_PARTITIONS } from './topics.js';

/** What every process of a cluster is told; from flags, else from `EARSHOT_…`. */
export const processShape = {
  ...kafkaSettings,
  node: z
    .string()
    .min(1)
    .prefault(hostname())
    .describe('name of this process among its equals, the same after a restart: its partitions follow it'),
  partitions: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .prefault(DEFAULT_PARTITIONS)
    .describe('partitions of each topic, as they were created: fixed for life'),
  namespace: z.string().prefault('').describe('stands before the name of each topic, for several systems on one Kafka'),
  opsHost: z.string().prefault('127.0.0.1').describe('address for health and figures'),
  opsPort: portSetting(8710).describe('port for /livez, /readyz and /metrics; 0: any free one'),
  metricsToken: secretSetting().optional().describe('bearer token that opens /metrics beyond loopback'),
};

export type ProcessConfig = z.output<z.ZodObject<typeof processShape>>;
