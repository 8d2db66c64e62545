import { create as createAnalytics } from '@earshot/analytics';
import { type MetricDescription, type Scope, silentLogger } from '@earshot/kit';
import { assemble, dataFolder, standaloneConfig } from '@earshot/standalone';
import { tellTrouble } from '../../packages/process/src/trouble.js';
import { measureSpool } from '../../services/ingest/src/spool/measure-spool.js';
import { temporaryFolder } from '../support/product.js';

/** Labels that Prometheus and our scrape configuration add to every series. */
export const ADDED = ['job', 'instance', 'service', 'node'];

/**
 * Every metric that a process of ours registers, from the real registries: the whole product as one process, and what
 * only processes of a cluster have beside it.
 */
export async function registeredMetrics(scope: Scope): Promise<Map<string, MetricDescription>> {
  const dir = temporaryFolder(scope, 'registered');
  const config = { ...standaloneConfig.parse({ dataDir: dir, port: 0 }), demo: false, analysis: false };
  const logger = silentLogger();
  const onFatal = (error: Error) => {
    throw error;
  };
  const { log, metrics } = await assemble({ config, folder: dataFolder(dir), logger, scope, onFatal });
  createAnalytics({ log, logger, metrics, openWarehouse: () => Promise.reject(new Error('never opened')) });
  const idle = { entries: 0, bytes: 0, capacityBytes: 1, oldestMs: 0 };
  measureSpool(metrics).watch(() => idle);
  tellTrouble({ logger, metrics });
  const all = await metrics.described();
  return new Map(all.flatMap((one) => seriesOf(one).map((series) => [series.name, series] as const)));
}

/** Names as they can be asked for. */
function seriesOf(metric: MetricDescription): MetricDescription[] {
  const { name, type, labels } = metric;
  if (type !== 'histogram') return [metric];
  return [
    { ...metric, name: `${name}_bucket`, labels: [...labels, 'le'] },
    { ...metric, name: `${name}_sum` },
    { ...metric, name: `${name}_count` },
  ];
}
