import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Warehouse } from '../src/index.js';
import { inserted, letters, serve, withoutMerges } from './support/served.js';

const UNREACHABLE = { code: 'warehouse-unreachable', retry: true };

describe('an insert whose answer never came', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  let warehouse: Warehouse;
  beforeAll(async () => {
    served = await serve();
    warehouse = await served.warehouse();
    await withoutMerges(warehouse);
  }, 30_000);
  afterAll(() => served.end(), 30_000);

  test('is repeated under its token, and every row is there once', async () => {
    const done = served.front.tally.inserts;
    served.front.inject({ kind: 'lose-answer', of: 'insert', times: 2 });
    await warehouse.insert('dead_letters', letters('lost', 50), { token: 'lost|0|50' });
    expect(served.front.tally.inserts - done).toBe(3);
    expect(await inserted(warehouse, 'lost')).toEqual({ rows: 50, parts: 1 });
  });

  test('goes to the caller when the way stays cut; repeated after a restart of the server it is still once', async () => {
    served.front.inject({ kind: 'lose-answer', of: 'insert' });
    const first = warehouse.insert('dead_letters', letters('restart', 50), { token: 'restart|0|50' });
    await expect(first).rejects.toMatchObject(UNREACHABLE);
    served.front.heal();
    await served.front.restart();
    await warehouse.insert('dead_letters', letters('restart', 50), { token: 'restart|0|50' });
    expect(await inserted(warehouse, 'restart')).toEqual({ rows: 50, parts: 1 });
  }, 30_000);

  test('negative control: repeated under another token, every row is there twice', async () => {
    served.front.inject({ kind: 'lose-answer', of: 'insert' });
    const first = warehouse.insert('dead_letters', letters('control', 50), { token: 'control|a' });
    await expect(first).rejects.toMatchObject(UNREACHABLE);
    served.front.heal();
    await warehouse.insert('dead_letters', letters('control', 50), { token: 'control|b' });
    expect(await inserted(warehouse, 'control')).toEqual({ rows: 100, parts: 2 });
  });

  test('two tries at the same time are one insert', async () => {
    const both = [1, 2].map(() => warehouse.insert('dead_letters', letters('both', 50), { token: 'both|0|50' }));
    await Promise.all(both);
    expect(await inserted(warehouse, 'both')).toEqual({ rows: 50, parts: 1 });
  });

  test('a request that broke off has inserted nothing, and the next try everything', async () => {
    const done = served.front.tally.inserts;
    served.front.inject({ kind: 'cut-request', of: 'insert', times: 1 });
    await warehouse.insert('dead_letters', letters('cut', 50), { token: 'cut|0|50' });
    expect(served.front.tally.inserts - done).toBe(1);
    expect(await inserted(warehouse, 'cut')).toEqual({ rows: 50, parts: 1 });
  });

  test('a complaint that comes after a 200 is a failure, not an acknowledgement', async () => {
    served.front.inject({ kind: 'late-failure', of: 'insert', times: 1 });
    const answer = warehouse.insert('dead_letters', letters('late', 50), { token: 'late|0|50' });
    await expect(answer).rejects.toMatchObject({ code: 'warehouse-failed', retry: true });
    expect(await inserted(warehouse, 'late')).toMatchObject({ rows: 0 });
  });
});
