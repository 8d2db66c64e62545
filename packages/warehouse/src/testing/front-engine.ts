import { buffer } from 'node:stream/consumers';
import { type Engine, type EngineConnection, loadEngine } from '../chdb/engine.js';
import { engineCode } from '../errors.js';
import { ENGINE_DIR } from '../places.js';
import type { FrontRequest } from './front-request.js';

export type FrontAnswer = { ok: true; bytes: Buffer } | { ok: false; code: string; type: string; message: string };

export interface FrontEngine {
  run(request: FrontRequest): Promise<FrontAnswer>;
  close(): Promise<void>;
}

/** The embedded engine, with a session of its own for each request: what one sets is gone with it. */
export function openFrontEngine(dir: string, engineDir: string = ENGINE_DIR): FrontEngine {
  const engine: Engine = loadEngine(engineDir);
  // While one session is open the engine keeps running between requests.
  const anchor = engine.createChdbConnection({ path: dir });
  return {
    async run(request) {
      const session = engine.createChdbConnection({ path: dir });
      try {
        for (const statement of prepared(request)) await run(session, statement);
        const sql = request.data === undefined ? request.sql : `${request.sql}\n${request.data}`;
        return { ok: true, bytes: await run(session, sql) };
      } catch (thrown) {
        const { code, type } = engineCode(thrown);
        return { ok: false, code: code || '1001', type: type || 'STD_EXCEPTION', message: String(thrown) };
      } finally {
        await session.close();
      }
    },
    async close() {
      await anchor.close();
      await engine.drainPending();
    },
  };
}

async function run(session: EngineConnection, query: string): Promise<Buffer> {
  const { stream } = await session.exec({ query, clickhouse_settings: { default_format: 'TabSeparated' } });
  return buffer(stream);
}

/** Values and settings as statements; `readonly` comes last, because nothing can be set after it. */
function prepared({ params, settings }: FrontRequest): string[] {
  const last = (name: string) => (name === 'readonly' ? 1 : 0);
  const set = Object.entries(settings).sort(([a], [b]) => last(a) - last(b));
  const values = Object.entries(params).map(([name, value]): [string, string] => [`param_${name}`, value]);
  return [...values, ...set].map(([name, value]) => `SET ${identifier(name)} = ${literal(value)}`);
}

function identifier(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error('not the name of a setting');
  return name;
}

function literal(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`;
}
