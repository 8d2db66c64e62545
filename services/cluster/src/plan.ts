import { join } from 'node:path';
import { type InboundTopics, inboundText } from '@earshot/process';
import { type ClusterConfig, SERVICES, type ServiceName } from './config.js';
import type { Ports } from './ports.js';

/** One process of the cluster. */
export interface Part {
  /** `rule-engine-2`: its name on the table, its log file, and its node on Kafka. */
  name: string;
  service: ServiceName;
  args: string[];
  /** It is told the warehouse's password. */
  asksWarehouse: boolean;
  /** It is told that of Redis. */
  asksRedis: boolean;
}

export interface Places {
  /** host:port. */
  kafka: string;
  /** Chosen before anything starts, so that a process that is started again is found where it was. */
  ports: Ports;
  /** Whose people are in people.yaml. */
  tenant: string;
  inbound: InboundTopics;
  lang: 'zh' | 'en';
  /** Absent: analysis is off. */
  warehouse?: { url: string; user: string };
  /** What those are told who share hints; absent: each process knows its own. */
  redis?: { args: readonly string[] };
  /** The data folder. */
  root: string;
}

/** Which processes there are, and what each is told. */
export function planOf(config: ClusterConfig, places: Places): Part[] {
  const left: Partial<Record<ServiceName, boolean>> = { sentiment: !config.sentiment, analytics: !places.warehouse };
  return SERVICES.filter((service) => !left[service]).flatMap((service) =>
    Array.from({ length: config.replicas[service] ?? 1 }, (_, index) => {
      const name = `${service}-${index + 1}`;
      const common = ['--brokers', places.kafka, '--node', name, '--partitions', String(config.partitions)];
      const asksWarehouse = places.warehouse !== undefined && ASK_WAREHOUSE.has(service);
      const warehouse = asksWarehouse ? warehouseArgs(places) : [];
      const asksRedis = places.redis !== undefined && SHARE_HINTS.has(service);
      const redis = asksRedis ? (places.redis?.args ?? []) : [];
      const args = [...common, '--ops-port', '0', ...OWN[service](config, places, index), ...warehouse, ...redis];
      return { name, service, args, asksWarehouse, asksRedis };
    }),
  );
}

const OWN: Record<ServiceName, (config: ClusterConfig, places: Places, index: number) => string[]> = {
  ingest: (_config, { ports, tenant, inbound, root }, index) => [
    ...['--http-port', String(index === 0 ? ports.http : 0), '--grpc-port', String(index === 0 ? ports.grpc : 0)],
    ...['--tenant', tenant, '--mask-key-file', keyFile(root, 'mask')],
    ...['--spool-dir', join(root, 'spool', `ingest-${index + 1}`), '--inbound', inboundText(inbound)],
  ],
  'rule-engine': (_config, { lang }) => ['--lang', lang],
  sentiment: ({ staffEmotion }) => (staffEmotion ? ['--staff-emotion'] : []),
  alert: (_config, { ports, root }) => [
    ...['--public-url', `http://127.0.0.1:${ports.console}`, '--secrets-dir', join(root, 'secrets')],
  ],
  console: (_config, { ports, tenant, inbound, lang, root }, index) => [
    ...['--port', String(index === 0 ? ports.console : (ports.moreConsoles[index - 1] ?? 0))],
    ...['--grpc-port', String(index === 0 ? ports.rules : 0), '--lang', lang, '--tenant', tenant],
    ...['--ingest-url', `http://127.0.0.1:${ports.http}`, '--session-key-file', keyFile(root, 'session')],
    ...['--admin-token-file', keyFile(root, 'admin'), '--desk-key-file', keyFile(root, 'desk')],
    ...['--inbound', inboundText(inbound)],
  ],
  analytics: () => [],
};

const ASK_WAREHOUSE: ReadonlySet<ServiceName> = new Set(['console', 'analytics']);

const SHARE_HINTS: ReadonlySet<ServiceName> = new Set(['console', 'ingest']);

const warehouseArgs = ({ warehouse }: Places) =>
  warehouse ? ['--clickhouse-url', warehouse.url, '--clickhouse-user', warehouse.user] : [];

/** Secrets that are made at the first start. */
export const KEYS = ['mask', 'admin', 'desk', 'session', 'warehouse', 'redis'] as const;

const keyFile = (root: string, name: (typeof KEYS)[number]) => join(root, 'keys', `${name}.key`);
