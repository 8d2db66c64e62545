import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { schemaState } from './migrations.js';
import { DEFAULT_READ_ONLY_LIMITS, type Warehouse, type WarehouseRow } from './port.js';
import { describeReadOnly } from './read-only.contract.js';
import { TABLES, type TableName } from './tables.js';

export interface WarehouseAdapter {
  name: string;
  /** Opens the warehouse of a folder (or of a database named after it). */
  open(dir: string): Promise<Warehouse>;
  /** The first opening may have to fetch a server first, ms. */
  openWithinMs?: number;
}

/** Every adapter of the port passes this. */
export function describeWarehouseContract(adapter: WarehouseAdapter): void {
  describe(`warehouse contract: ${adapter.name}`, () => {
    let dir: string;
    let warehouse: Warehouse;

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'earshot-warehouse-'));
      warehouse = await adapter.open(dir);
      await warehouse.migrate();
    }, adapter.openWithinMs ?? 30_000);
    afterAll(async () => {
      await warehouse.close();
      await rm(dir, { recursive: true, force: true });
    }, 30_000);

    test('the same token inserts once, another token inserts again', async () => {
      const rows = [letter('token', 'a'), letter('token', 'b')];
      await warehouse.insert('dead_letters', rows, { token: "it's|one\\" });
      await warehouse.insert('dead_letters', rows, { token: "it's|one\\" });
      expect(await countRaw('token')).toBe(2);
      await warehouse.insert('dead_letters', rows, { token: 'two' });
      expect(await countRaw('token')).toBe(4);
    });

    test('a token counts for its own table and its own insert only', async () => {
      await warehouse.insert('dead_letters', [letter('scope', 'a')], { token: 'scope' });
      await warehouse.insert('utterances', [utterance('scope', 'a', 1)], { token: 'scope' });
      await Promise.all(
        ['b', 'c', 'd', 'e'].map((id) => warehouse.insert('dead_letters', [letter('scope', id)], { token: `s-${id}` })),
      );
      expect(await countRaw('scope')).toBe(5);
      expect(await texts('scope')).toEqual(['a']);
    });

    test('a replay with other batch borders leaves the same rows under FINAL', async () => {
      // A merge in the background would take away what has to be there before FINAL is asked for.
      await keepParts('dead_letters');
      const rows = Array.from({ length: 100 }, (_, i) => letter('borders', `id-${i}`));
      for (const size of [100, 7, 33]) {
        for (let from = 0; from < rows.length; from += size) {
          const batch = rows.slice(from, from + size);
          await warehouse.insert('dead_letters', batch, { token: `borders|${from}|${from + batch.length}` });
        }
      }
      expect(await countRaw('borders')).toBeGreaterThan(100);
      const answer = await warehouse.query({
        name: 'rows',
        sql: 'SELECT id FROM earshot.dead_letters FINAL WHERE tenant = {tenant:String} ORDER BY id',
        params: { tenant: 'borders' },
      });
      expect(answer.map((row) => row.id)).toEqual(rows.map((row) => row.id).sort());
    });

    test('of two rows with one identity the higher version wins, whichever came first', async () => {
      await warehouse.insert('utterances', [utterance('version', 'new', 9)], { token: 'v9' });
      await warehouse.insert('utterances', [utterance('version', 'old', 3)], { token: 'v3' });
      expect(await texts('version')).toEqual(['new']);
    });

    test.each(HOSTILE_TEXTS)('hostile text %# is data, as a row and as a parameter', async (text) => {
      const tenant = `hostile ${text}`;
      await warehouse.insert('utterances', [utterance(tenant, text, 1)], { token: `hostile ${text}` });
      const found = await warehouse.query({
        name: 'hostile',
        sql: `SELECT text FROM earshot.utterances FINAL
              WHERE tenant = {tenant:String} AND text = {text:String} AND has({texts:Array(String)}, text)`,
        params: { tenant, text, texts: ['other', text] },
      });
      expect(found).toEqual([{ text }]);
      expect(await tableCount()).toBe(TABLES.length);
    });

    test('a lone surrogate becomes U+FFFD and spoils nothing beside it', async () => {
      const rows = [
        utterance('utf', 'a\ud83d!', 1, 0),
        utterance('utf', '好😀', 1, 1),
        utterance('utf', '\0\t\n', 1, 2),
      ];
      await warehouse.insert('utterances', rows, { token: 'utf' });
      expect(await texts('utf')).toEqual(['a\ufffd!', '好😀', '\0\t\n']);
      const sql = 'SELECT {text:String} AS text';
      expect(await warehouse.query({ name: 'echo', sql, params: { text: '\udc00x' } })).toEqual([{ text: '\ufffdx' }]);
    });

    test('huge integers keep every digit, in and out', async () => {
      const huge = 18_446_744_073_709_551_615n;
      await warehouse.insert('dead_letters', [{ ...letter('huge', 'a'), bytes: huge, version: huge }], {
        token: 'huge',
      });
      const sql =
        'SELECT bytes, bytes = {huge:UInt64} AS same FROM earshot.dead_letters WHERE tenant = {tenant:String}';
      const answer = await warehouse.query({ name: 'huge', sql, params: { huge, tenant: 'huge' } });
      expect(answer).toEqual([{ bytes: huge.toString(), same: 1 }]);
      await expect(
        warehouse.query({ name: 'inexact', sql: 'SELECT {n:Float64}', params: { n: 2 ** 60 } }),
      ).rejects.toMatchObject({ code: 'invalid' });
    });

    test('a row that does not fit is refused for good, and the error does not quote it', async () => {
      const row = { ...letter('misfit', 'a'), bytes: 'canary-words' };
      const thrown = await warehouse
        .insert('dead_letters', [row], { token: 'misfit' })
        .catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: 'warehouse-refused', retry: false });
      expect(deepText(thrown)).not.toContain('canary-words');
      const unknown = warehouse.insert('dead_letters', [{ ...letter('misfit', 'b'), typo: 1 }], { token: 'typo' });
      await expect(unknown).rejects.toMatchObject({ code: 'warehouse-refused' });
      expect(await countRaw('misfit')).toBe(0);
    });

    test('an empty batch is nothing', async () => {
      await warehouse.insert('dead_letters', [], { token: 'empty' });
      expect(await countRaw('empty')).toBe(0);
    });

    test('migrating again changes nothing; another retention is applied and can be taken back', async () => {
      expect(await warehouse.migrate()).toMatchObject({ applied: [], retentionChanged: false });
      expect(await warehouse.migrate({ transcriptDays: 7 })).toMatchObject({ applied: [], retentionChanged: true });
      const sql =
        "SELECT create_table_query AS ddl FROM system.tables WHERE database = 'earshot' AND name = 'utterances'";
      const [table] = await warehouse.query({ name: 'ddl', sql, params: {} });
      expect(String(table?.ddl)).toMatch(/TTL .*\b7\b/);
      expect(await warehouse.migrate()).toMatchObject({ retentionChanged: true });
    });

    test('how the schema stands against this code can be asked', async () => {
      const { known, ...stands } = await schemaState(warehouse);
      expect(stands).toEqual({ found: known, missing: [], changed: [] });
      expect(known).toBeGreaterThan(0);
    });

    test('every table takes the tenant first, replaces by identity and forgets after its time', async () => {
      const sql = `SELECT name, sorting_key, engine, create_table_query LIKE '% TTL %' AS forgets
                   FROM system.tables WHERE database = 'earshot' AND name IN {names:Array(String)} ORDER BY name`;
      const tables = await warehouse.query({ name: 'tables', sql, params: { names: TABLES } });
      expect(tables.map((table) => table.name)).toEqual([...TABLES].sort());
      for (const table of tables) {
        expect(String(table.sorting_key)).toMatch(/^tenant, /);
        expect(table).toMatchObject({ engine: 'ReplacingMergeTree', forgets: 1 });
      }
    });

    describeReadOnly(() => warehouse);

    // Last: it closes and opens.
    test('rows and tokens are there after reopening; a closed warehouse says so', async () => {
      await warehouse.insert('dead_letters', [letter('reopen', 'a')], { token: 'reopen' });
      const before = warehouse;
      await before.close();
      expect(before.state()).toBe('closed');
      await expect(before.query({ name: 'x', sql: 'SELECT 1', params: {} })).rejects.toMatchObject({
        code: 'warehouse-closed',
      });
      await before.close();
      warehouse = await adapter.open(dir);
      expect(warehouse.state()).toBe('ready');
      expect(await warehouse.migrate()).toMatchObject({ applied: [], retentionChanged: false });
      await warehouse.insert('dead_letters', [letter('reopen', 'a')], { token: 'reopen' });
      expect(await countRaw('reopen')).toBe(1);
    }, 30_000);

    async function countRaw(tenant: string): Promise<number> {
      const sql = 'SELECT count() AS n FROM earshot.dead_letters WHERE tenant = {tenant:String}';
      const [row] = await warehouse.query({ name: 'count', sql, params: { tenant } });
      return Number(row?.n);
    }

    async function keepParts(table: TableName): Promise<void> {
      const sql = `ALTER TABLE earshot.${table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1`;
      await warehouse.query({ name: 'keep parts', sql, params: {} });
    }

    async function texts(tenant: string): Promise<unknown[]> {
      const sql = 'SELECT text FROM earshot.utterances FINAL WHERE tenant = {tenant:String} ORDER BY segment';
      return (await warehouse.query({ name: 'texts', sql, params: { tenant } })).map((row) => row.text);
    }

    async function tableCount(): Promise<number> {
      const sql = "SELECT count() AS n FROM system.tables WHERE database = 'earshot' AND name IN {names:Array(String)}";
      const [row] = await warehouse.query({ name: 'tables', sql, params: { names: TABLES } });
      return Number(row?.n);
    }
  });
}

export { DEFAULT_READ_ONLY_LIMITS };

function letter(tenant: string, id: string): WarehouseRow {
  return { tenant, id, reason: 'invalid', source_topic: 't', log_topic: 'd', logged_at: Date.now(), version: 1 };
}

function utterance(tenant: string, text: string, version: number, segment = 0): WarehouseRow {
  const place = { log_topic: 'c', log_partition: 0, log_offset: segment, logged_at: Date.now(), at: Date.now() };
  return { tenant, conversation_id: 'c1', leg: 'a', segment, text, final: true, version, ...place };
}

function deepText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return `${thrown.message} ${thrown.stack} ${JSON.stringify(thrown)} ${thrown.cause ? deepText(thrown.cause) : ''}`;
}
