import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_READ_ONLY_LIMITS, type Warehouse } from './port.js';

/** Somebody else's SQL: reads tables, and nothing else happens, whatever it says. */
export function describeReadOnly(warehouse: () => Warehouse): void {
  describe('read-only SQL', () => {
    let dir: string;
    let secret: string;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'earshot-outside-'));
      secret = join(dir, 'secret.csv');
      await writeFile(secret, 's3cret-word\n');
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));

    test.each([
      ['SELECT 1 AS a', [{ a: 1 }]],
      ['SELECT toUInt64(18446744073709551615) AS a;', [{ a: '18446744073709551615' }]],
      ["WITH 'INTO OUTFILE file(' AS a SELECT a -- why not", [{ a: 'INTO OUTFILE file(' }]],
      ["SELECT count() AS n FROM earshot.alerts WHERE tenant = 'nobody'", [{ n: '0' }]],
    ])('%s answers', async (sql, rows) => {
      expect(await ask(sql)).toEqual({ ok: true, rows });
    });

    test('tables can be listed and described', async () => {
      const shown = await ask('SHOW TABLES FROM earshot');
      expect(shown.ok && shown.rows.map((row) => row.name)).toContain('alerts');
      const described = await ask('DESCRIBE earshot.alerts');
      expect(described.ok && described.rows.map((row) => row.name)).toContain('spoken_ms');
    });

    test.each([
      'DROP TABLE earshot.alerts',
      'SELECT 1; DROP TABLE earshot.alerts',
      'TRUNCATE TABLE earshot.alerts',
      'ALTER TABLE earshot.alerts DELETE WHERE 1',
      "INSERT INTO earshot.dead_letters (tenant, id) VALUES ('written', '1')",
      "INSERT INTO earshot.dead_letters (tenant, id) SELECT 'written', '1'",
      'CREATE TABLE earshot.own (a Int8) ENGINE = Memory',
      'CREATE TEMPORARY TABLE own (a Int8)',
      'CREATE FUNCTION own AS (x) -> x',
      'OPTIMIZE TABLE earshot.alerts FINAL',
      'KILL QUERY WHERE 1',
      'SYSTEM FLUSH LOGS',
      'SET readonly = 0',
      'SELECT 1 SETTINGS readonly = 0',
      'SELECT 1 SETTINGS max_execution_time = 100000',
      'SELECT 1 PARALLEL WITH DROP TABLE earshot.alerts',
      'EXCHANGE TABLES earshot.alerts AND earshot.utterances',
      'USE system',
      'SELECT 1 FORMAT CSV',
      "BACKUP DATABASE earshot TO File('x')",
      'ATTACH DATABASE own ENGINE = Atomic',
      'SELEC 1',
      '',
      '-- nothing',
    ])('%s changes nothing', async (sql) => {
      const before = await everything();
      expect((await ask(sql)).ok).toBe(false);
      expect(await everything()).toEqual(before);
    });

    test.each([
      'SELECT * FROM file($)',
      "SELECT * FROM file($, 'CSV', 'a String')",
      'SELECT file($) AS a',
      'SELECT FILE /**/ ($) AS a',
      'SELECT a FROM (SELECT file($) AS a)',
      'SELECT arrayMap(x -> file(x), [$]) AS a',
      'WITH file($) AS a SELECT a',
      'SELECT * FROM view(SELECT * FROM file($))',
      'SELECT * FROM merge($, $)',
      'DESCRIBE file($)',
      'DESCRIBE TABLE file($)',
      "SELECT * FROM fileCluster('default', $)",
      'SELECT * FROM filesystem($)',
      "SELECT * FROM executable($, 'TSV', 'a String')",
      'SELECT * FROM $',
      'SELECT * FROM `$`',
      'SELECT catboostEvaluate($, 1)',
      "SELECT * FROM sqlite($, 't')",
      'EXPLAIN SELECT * FROM file($)',
      'INSERT INTO earshot.dead_letters (tenant) FROM INFILE $ FORMAT CSV',
    ])('%s reads no file', async (template) => {
      const sql = template.replaceAll('`$`', `\`${secret}\``).replaceAll('$', `'${secret}'`);
      const answer = await ask(sql);
      expect(answer.ok).toBe(false);
      expect(JSON.stringify(answer)).not.toContain('s3cret-word');
    });

    test.each([
      'SELECT 1 INTO OUTFILE $',
      'SELECT 1 INTO/* */OUTFILE $ TRUNCATE',
      'SELECT 1 into outfile $ AND STDOUT',
      '(SELECT 1) INTO OUTFILE $',
      'SELECT 1 UNION ALL SELECT 2 INTO OUTFILE $',
      'INSERT INTO FUNCTION file($) SELECT 1',
      'SELECT 1 INTO OUTFILE $ FORMAT CSV',
      'SHOW TABLES FROM earshot INTO OUTFILE $',
      'DESCRIBE earshot.alerts INTO OUTFILE $',
      'EXPLAIN SELECT 1 INTO OUTFILE $',
    ])('%s writes no file', async (template) => {
      const target = join(dir, 'written.csv');
      expect((await ask(template.replaceAll('$', `'${target}'`))).ok).toBe(false);
      expect(existsSync(target)).toBe(false);
    });

    test.each([
      "SELECT * FROM url('http://127.0.0.1:9/x', CSV, 'a String')",
      "DESCRIBE url('http://127.0.0.1:9/x')",
      "SELECT * FROM remote('127.0.0.1:9', 'system', 'one')",
      "SELECT * FROM s3('http://127.0.0.1:9/bucket/key', 'CSV', 'a String')",
      "SELECT * FROM mysql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
      "SELECT * FROM postgresql('127.0.0.1:9', 'a', 'b', 'c', 'd')",
      "SELECT * FROM redis('127.0.0.1:9', 'k', 'k String')",
      "SELECT reverseDNSQuery('127.0.0.1')",
    ])('%s reaches nobody', async (sql) => {
      expect((await ask(sql)).ok).toBe(false);
    });

    test('a statement that takes too long or answers too much is ended, and says which', async () => {
      const limits = { ...DEFAULT_READ_ONLY_LIMITS, maxSeconds: 0.3, maxRows: 10 };
      expect(
        await warehouse().readOnly('SELECT sum(cityHash64(number)) FROM numbers(100000000000)', limits),
      ).toMatchObject({
        code: 'too-slow',
      });
      expect(await warehouse().readOnly('SELECT number FROM numbers(1000)', limits)).toMatchObject({
        code: 'too-many-rows',
      });
    });

    test('what it may not do, the rest of the process still may', async () => {
      await ask('SELECT 1');
      await warehouse().insert('dead_letters', [{ tenant: 'after-read', id: '1', logged_at: Date.now() }], {
        token: 'after-read',
      });
      const answer = await ask("SELECT count() AS n FROM earshot.dead_letters WHERE tenant = 'after-read'");
      expect(answer).toEqual({ ok: true, rows: [{ n: '1' }] });
    });

    const ask = (sql: string) => warehouse().readOnly(sql, DEFAULT_READ_ONLY_LIMITS);

    function everything() {
      const sql = `SELECT name, uuid, total_rows, (SELECT groupArray(name) FROM system.databases) AS databases
                   FROM system.tables WHERE database = 'earshot' ORDER BY name`;
      return warehouse().query({ name: 'everything', sql, params: {} });
    }
  });
}
