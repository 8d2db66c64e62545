import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, type StatementRunner, schemaState } from './migrations.js';

/** Remembers what was run, and the marks as the table would; dies at a statement if told to. */
function recorder() {
  const marks = new Map<number, string>();
  const ran: string[] = [];
  let dieAt: string | undefined;
  const runner: StatementRunner = {
    async run(sql, params) {
      if (dieAt && sql.includes(dieAt)) throw new Error('died');
      if (sql.startsWith('INSERT')) marks.set(Number(params?.version), String(params?.checksum));
      else if (!sql.includes('IF NOT EXISTS')) ran.push(sql);
    },
    rows: async () => [...marks].map(([version, checksum]) => ({ version, checksum })),
  };
  return { runner, ran, dieAt: (sql: string | undefined) => (dieAt = sql) };
}

describe('migrations', () => {
  let dir: string;
  const put = (name: string, sql: string) => writeFile(join(dir, name), sql);
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-migrations-'));
    await put('0001_first.sql', '-- words; not the end\nONE;\nTWO\n;\n');
    await put('0002_second.sql', 'THREE;');
    await put('retention.sql', 'KEEP {alertDays:UInt32};');
    await put('notes.txt', 'not SQL');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('run once each, in order, statement by statement', async () => {
    const { runner, ran } = recorder();
    expect(await migrate(runner, {}, dir)).toEqual({ applied: [1, 2], version: 2, retentionChanged: true });
    expect(ran).toEqual(['-- words; not the end\nONE', 'TWO', 'THREE', 'KEEP {alertDays:UInt32}']);
    await put('0003_third.sql', 'FOUR;');
    expect(await migrate(runner, {}, dir)).toEqual({ applied: [3], version: 3, retentionChanged: false });
    expect(ran.slice(4)).toEqual(['FOUR']);
  });

  test('one that died half-way is run again, and what came before it is not', async () => {
    const { runner, ran, dieAt } = recorder();
    dieAt('THREE');
    await expect(migrate(runner, {}, dir)).rejects.toThrow('died');
    dieAt(undefined);
    expect(await migrate(runner, {}, dir)).toMatchObject({ applied: [2] });
    expect(ran.filter((sql) => sql === 'TWO')).toHaveLength(1);
  });

  test('a file that was changed after it had been applied is refused, and nothing runs', async () => {
    const { runner, ran } = recorder();
    await migrate(runner, {}, dir);
    await put('0001_first.sql', 'ONE;\nTWO;\nMORE;');
    await put('0003_third.sql', 'FOUR;');
    const before = ran.length;
    await expect(migrate(runner, {}, dir)).rejects.toMatchObject({ code: 'migration-changed' });
    expect(ran).toHaveLength(before);
  });

  test('a schema from a newer version is refused', async () => {
    const { runner } = recorder();
    await migrate(runner, {}, dir);
    await rm(join(dir, '0002_second.sql'));
    await expect(migrate(runner, {}, dir)).rejects.toMatchObject({
      code: 'schema-newer',
      detail: { found: 2, known: 1 },
    });
  });

  test('how a schema stands is told without changing it', async () => {
    const { runner, ran } = recorder();
    let made = false;
    const query = async ({ sql }: { sql: string }) =>
      sql.includes('system.tables') ? (made ? [{ name: 'schema_migrations' }] : []) : runner.rows(sql);
    expect(await schemaState({ query }, dir)).toEqual({ known: 2, found: 0, missing: [1, 2], changed: [] });
    await migrate(runner, {}, dir);
    made = true;
    const before = ran.length;
    expect(await schemaState({ query }, dir)).toEqual({ known: 2, found: 2, missing: [], changed: [] });
    await put('0001_first.sql', 'OTHER;');
    await put('0003_third.sql', 'FOUR;');
    const stands = { known: 3, found: 2, missing: [3], changed: ['0001_first.sql'] };
    expect(await schemaState({ query }, dir)).toEqual(stands);
    await rm(join(dir, '0002_second.sql'));
    await rm(join(dir, '0003_third.sql'));
    expect(await schemaState({ query }, dir)).toMatchObject({ known: 1, found: 2, missing: [] });
    expect(ran).toHaveLength(before);
  });

  test('retention is set again when a figure or the file changes, and only then', async () => {
    const { runner } = recorder();
    await migrate(runner, { alertDays: 5 }, dir);
    expect(await migrate(runner, { alertDays: 5 }, dir)).toMatchObject({ retentionChanged: false });
    expect(await migrate(runner, { alertDays: 6 }, dir)).toMatchObject({ retentionChanged: true });
    await put('retention.sql', 'KEEP LONGER {alertDays:UInt32};');
    expect(await migrate(runner, { alertDays: 6 }, dir)).toMatchObject({ retentionChanged: true });
  });
});
