import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import { Secret } from '@earshot/kit';
import type { Warehouse } from '@earshot/warehouse';
import { openClickhouseWarehouse } from '@earshot/warehouse/clickhouse';

const PROGRAM = fileURLToPath(new URL('../../../packages/warehouse/dist/clickhouse-front.js', import.meta.url));
const USER = 'earshot';

/** The analysis engine as a process of its own behind HTTP, as `npm run cluster` starts it. */
export interface TableServer {
  openWarehouse(): Promise<Warehouse>;
  /** One statement as it is, with its data; the answer as it comes. */
  ask(sql: string, data?: string): Promise<string>;
}

export async function startTableServer(scope: Scope, dir: string): Promise<TableServer> {
  const password = randomBytes(16).toString('base64url');
  const child = spawn(process.execPath, [PROGRAM, '--dir', join(dir, 'tables'), '--until-stdin-ends'], {
    env: { ...process.env, EARSHOT_CLICKHOUSE_USER: USER, EARSHOT_CLICKHOUSE_PASSWORD: password },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  scope.defer('tables', () => void child.kill('SIGKILL'));
  const { value: url, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (done) throw new Error('the analysis engine ended before it was ready');
  return {
    openWarehouse: () => openClickhouseWarehouse({ url: String(url), user: USER, password: new Secret(password) }),
    async ask(sql, data) {
      const address = new URL(String(url));
      if (data !== undefined) address.searchParams.set('query', sql);
      const answer = await fetch(address, {
        method: 'POST',
        headers: { 'x-clickhouse-user': USER, 'x-clickhouse-key': password },
        body: data ?? sql,
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`the engine refused a statement of the bench: ${answer.status}`);
      return text.trimEnd();
    },
  };
}
