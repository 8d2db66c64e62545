import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openClickhouseWarehouse } from '../src/clickhouse/index.js';
import type { Warehouse } from '../src/index.js';
import { inserted, letters, password, serve, USER } from './support/served.js';

const UNREACHABLE = { code: 'warehouse-unreachable', retry: true };

describe('a server that is not there, not itself or not willing', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  let warehouse: Warehouse;
  beforeAll(async () => {
    served = await serve();
    warehouse = await served.warehouse();
    await warehouse.migrate();
  }, 30_000);
  afterAll(() => served.end(), 30_000);

  test('refuses connections: coded, named by its system code, and over once it is back', async () => {
    await served.front.away();
    await expect(served.warehouse()).rejects.toMatchObject({ ...UNREACHABLE, detail: { systemCode: 'ECONNREFUSED' } });
    const insert = () => warehouse.insert('dead_letters', letters('away', 5), { token: 'away|0|5' });
    await expect(insert()).rejects.toMatchObject(UNREACHABLE);
    await served.front.back();
    await insert();
    expect(await inserted(warehouse, 'away')).toMatchObject({ rows: 5 });
  });

  test('restarts: an insert and a question wait for it, with growing pauses that differ by chance', async () => {
    const paused: number[] = [];
    const random = [0, 0.999, 0.5];
    const patient = await served.warehouse({
      patience: {
        waitsMs: [100, 400, 1_600],
        random: () => random[paused.length % 3] ?? 0,
        pause: async (ms) => {
          paused.push(Math.round(ms));
          if (paused.length % 3 === 0) await served.front.back();
        },
      },
    });
    await served.front.away();
    await patient.insert('dead_letters', letters('restart', 5), { token: 'restart|0|5' });
    await served.front.away();
    expect(await inserted(patient, 'restart')).toMatchObject({ rows: 5 });
    expect(paused).toEqual([50, 400, 1_200, 50, 400, 1_200]);
  });

  test('is away for many at once: they all wait, and Node has nothing to warn of', async () => {
    const warnings: string[] = [];
    const hear = (warning: Error) => warnings.push(warning.name);
    process.on('warning', hear);
    const { url } = served.front;
    const patient = await openClickhouseWarehouse({ url, user: USER, password, patience: { waitsMs: [20] } });
    await served.front.away();
    const inserts = Array.from({ length: 30 }, (_, n) =>
      patient.insert('dead_letters', letters('many', 1), { token: `many|${n}` }),
    );
    const settled = await Promise.allSettled(inserts);
    await served.front.back();
    await patient.close();
    process.off('warning', hear);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(warnings).toEqual([]);
  });

  test('hangs: the request ends by itself, and is not tried again after that wait', async () => {
    const hasty = await served.warehouse({ requestTimeoutMs: 300 });
    served.front.inject({ kind: 'hang' });
    const before = served.front.met.hang;
    const insert = hasty.insert('dead_letters', letters('hang', 5), { token: 'hang|0|5' });
    await expect(insert).rejects.toMatchObject({ ...UNREACHABLE, detail: { systemCode: 'ETIMEDOUT' } });
    expect(served.front.met.hang - before).toBe(1);
    served.front.heal();
  });

  test('hangs while the warehouse is closed: what is in hand is cut off after the grace', async () => {
    const closing = await served.warehouse({ closeGraceMs: 50 });
    served.front.inject({ kind: 'hang' });
    const hung = expect(
      closing.insert('dead_letters', letters('closing', 5), { token: 'closing|0|5' }),
    ).rejects.toMatchObject(UNREACHABLE);
    await vi.waitUntil(() => served.front.met.hang > 1, 5_000);
    const beganMs = performance.now();
    await closing.close();
    expect(performance.now() - beganMs).toBeLessThan(2_000);
    await hung;
    served.front.heal();
  });

  test('is a gateway’s error page: coded, and the page is not quoted', async () => {
    served.front.inject({ kind: 'status', times: 1 });
    const question = { name: 'page', sql: 'SELECT 1 AS a', params: {} };
    const impatient = await served.warehouse({ patience: { waitsMs: [] } }).catch((error: unknown) => error);
    expect(impatient).toMatchObject(UNREACHABLE);
    expect(inspect(impatient, { depth: 9 })).not.toContain('Bad Gateway');
    expect(await warehouse.query(question)).toEqual([{ a: 1 }]);
  });

  test('does not know us: coded apart from all else, and the password is nowhere in it', async () => {
    const wrong = { reveal: () => 'canary-passw0rd' };
    const thrown = await served.warehouse({ password: wrong }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'warehouse-denied', retry: true, detail: { engineCode: '516' } });
    expect(inspect(thrown, { depth: 9 })).not.toContain('canary');
    expect(inspect(warehouse, { depth: 9, showHidden: true })).not.toContain(password.reveal());
    await expect(served.warehouse({ user: 'nobody' })).rejects.toMatchObject({ code: 'warehouse-denied' });
  });

  test('refuses rows: neither the console nor the process’s streams hear a word of them', async () => {
    const heard: unknown[] = [];
    const spies = [
      ...(['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((name) => vi.spyOn(console, name)),
      vi.spyOn(process.stdout, 'write'),
      vi.spyOn(process.stderr, 'write'),
    ];
    for (const spy of spies) spy.mockImplementation((...said: unknown[]) => heard.push(...said) > 0);
    try {
      const [row] = letters('canary', 1);
      const insert = warehouse.insert('dead_letters', [{ ...row, bytes: 'canary-words' }], { token: 'canary' });
      await expect(insert).rejects.toMatchObject({ code: 'warehouse-refused' });
      const bad = { name: 'bad', sql: 'SELECT toUInt8({text:String})', params: { text: 'canary-words' } };
      await expect(warehouse.query(bad)).rejects.toMatchObject({ code: 'warehouse-refused' });
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    expect(inspect(heard)).not.toContain('canary');
  });

  test('a list too long for an address goes through, compressed or not', async () => {
    const ids = Array.from({ length: 4_000 }, (_, n) => `it's id\t${n}`);
    const question = { name: 'many', sql: 'SELECT length({ids:Array(String)}) AS n, {ids:Array(String)}[2] AS second' };
    for (const compress of [false, true]) {
      const opened = await served.warehouse({ compress });
      expect(await opened.query({ ...question, params: { ids } })).toEqual([{ n: '4000', second: "it's id\t1" }]);
    }
    const compressed = served.front.tally.compressed;
    const opened = await served.warehouse({ compress: true });
    await opened.insert('dead_letters', letters('gzip', 100), { token: 'gzip|0|100' });
    expect(await inserted(opened, 'gzip')).toMatchObject({ rows: 100 });
    expect(served.front.tally.compressed).toBeGreaterThan(compressed);
  });
});
