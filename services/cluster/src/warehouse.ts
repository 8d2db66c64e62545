import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from '@earshot/kit';
import type { ClusterConfig } from './config.js';

/** Packages of the clone, from src and from dist alike. */
const WAREHOUSE = join(import.meta.dirname, '../../../packages/warehouse');

export interface ClusterWarehouse {
  url: string;
  user: string;
  /** For the environment of those who ask. */
  password: string;
  /** The engine of this machine behind HTTP, to be started; absent: somebody else's server. */
  program?: { path: string; args: string[] };
}

/** Where tables are; `missing`: analysis is wanted, and there is neither a server nor an engine. */
export function chooseWarehouse(
  config: ClusterConfig,
  folder: DataFolder,
  port: number,
): ClusterWarehouse | 'off' | 'missing' {
  const { analysis, clickhouseUrl: url, clickhouseUser: user, clickhousePassword } = config;
  if (!analysis) return 'off';
  if (url !== undefined) return { url, user, password: clickhousePassword?.reveal() ?? '' };
  if (!existsSync(join(WAREHOUSE, 'engine/node_modules/chdb/package.json'))) return 'missing';
  return {
    url: `http://127.0.0.1:${port}`,
    user,
    password: folder.key('warehouse').toString('base64url'),
    program: {
      path: join(WAREHOUSE, 'dist/clickhouse-front.js'),
      args: ['--dir', folder.warehouse, '--port', String(port), '--until-stdin-ends'],
    },
  };
}

/** What those who open or ask it are told, and no list of processes shows. */
export function warehouseSecrets({ user, password }: ClusterWarehouse): Record<string, string> {
  return { EARSHOT_CLICKHOUSE_USER: user, EARSHOT_CLICKHOUSE_PASSWORD: password };
}

/** Whether it takes questions. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/ping', url), { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
