import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createScope, startInScope } from '@earshot/kit';
import type { Floor } from '../../load/people.js';
import { startCluster } from '../../support/cluster.js';
import type { Running } from './load-step.js';
import type { PlainRule } from './plain.js';
import { openDoors, writeWanted } from './run-product.js';

/** `npm run cluster` with these rules and people, one process of each service; its broker takes others too. */
export interface RunningCluster {
  /** host:port. */
  kafka: string;
  /** Opens its desks. To stop that is to close them, and then what is said here; the cluster goes on. */
  open(after?: () => Promise<void>): Promise<Running>;
  stop(): Promise<void>;
}

/** Neither analysis nor Redis, so that every machine runs the same. */
const LEFT_OUT = ['--no-analysis', '--no-redis'];
const STOP_MS = 20_000;

export async function runCluster(dir: string, rules: readonly PlainRule[], floor: Floor): Promise<RunningCluster> {
  const scope = createScope();
  // However this program ends, the signal goes out before the first wait, and before folders are let go.
  const sweep = () => void scope.close();
  process.prependOnceListener('exit', sweep);
  scope.defer('sweep', () => process.off('exit', sweep));
  const dataDir = join(dir, 'cluster');
  mkdirSync(dataDir, { recursive: true });
  const { rulesDir, peopleFile } = writeWanted(dir, rules, floor);
  const args = ['--rules', rulesDir, '--people', peopleFile, ...LEFT_OUT];
  const cluster = await startInScope(() => startCluster(scope, args, { dataDir }), scope);
  const { kafka, consoleUrl, grpcAddress } = cluster;
  const services = cluster.parts().filter(({ name }) => name !== 'kafka');
  const pids = services.map(({ pid }) => pid);
  return {
    kafka,
    open: (stop = async () => undefined) => openDoors({ pids, dataDir, consoleUrl, grpcAddress, floor, stop }),
    stop: async () => void (await scope.close(STOP_MS)),
  };
}
