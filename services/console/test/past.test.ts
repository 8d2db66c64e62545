import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Warehouse } from '@earshot/warehouse';
import { openChdbWarehouse } from '@earshot/warehouse/chdb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signIn } from './support/page.js';
import { alertOf } from './support/records.js';
import { ADMIN_TOKEN, openWorld, type World } from './support/world.js';

// Real sockets and a real engine on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR_MS = 3_600_000;
const YESTERDAY = Date.now() - 24 * HOUR_MS;

describe('conversations of the past, with analysis on', () => {
  let dir: string;
  let warehouse: Warehouse;
  let world: World;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-past-'));
    warehouse = await openChdbWarehouse({ dir });
    await warehouse.migrate();
    const row = (tenant: string, id: string, offset: number, more: object) => ({
      tenant,
      conversation_id: id,
      at: YESTERDAY,
      log_offset: offset,
      logged_at: YESTERDAY,
      version: offset,
      ...more,
    });
    const facts = [
      ['bank', 'old-a', 'a1'],
      ['bank', 'old-b', 'b1'],
      ['shop', 'old-s', 'a1'],
    ].flatMap(([tenant = '', id = '', agent = ''], n) => [
      row(tenant, id, 10 * n, { event_id: 's', kind: 'started', channel: 'chat', external_ids: { ticket: 'T-77' } }),
      row(tenant, id, 10 * n + 1, { event_id: 'j', kind: 'participant-joined', role: 'agent', staff_number: agent }),
    ]);
    await warehouse.insert('conversation_facts', facts, { token: 'f' });
    const words = [
      ['bank', 'old-a'],
      ['shop', 'old-s'],
    ].map(([tenant = '', id = '']) =>
      row(tenant, id, 50, {
        leg: 'c',
        segment: 1,
        revision: 0,
        final: true,
        role: 'customer',
        text: '我要去投诉',
        start_ms: 5,
        end_ms: 6,
      }),
    );
    await warehouse.insert('utterances', words, { token: 'w' });
    world = await openWorld({ deps: { warehouse: () => warehouse } });
  });
  afterAll(async () => {
    await world.close();
    await warehouse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('are found by any number the centre gave them, as far as a person sees', async () => {
    const found: Record<string, string[]> = {};
    for (const [staff, tenant] of [
      ['fs', 'bank'],
      ['la', 'bank'],
      ['lb', 'bank'],
      ['fn', 'bank'],
      ['fs', 'shop'],
    ] as const) {
      const answer = await (await signIn(world.console, staff, tenant)).get('/v1/search?q=T-77');
      const { rows } = (await answer.json()) as { rows: { conversationId: string }[] };
      found[`${tenant} ${staff}`] = rows.map((row) => row.conversationId).sort();
    }
    expect(found).toEqual({
      'bank fs': ['old-a', 'old-b'],
      'bank la': ['old-a'],
      'bank lb': ['old-b'],
      'bank fn': [],
      'shop fs': ['old-s'],
    });
  });

  test('are shown with their words to whom they belong, and to nobody else', async () => {
    const lead = await signIn(world.console, 'la');
    const page = (await (await lead.get('/v1/conversations/old-a')).json()) as {
      row: object;
      transcript: { text: string }[];
    };
    expect(page.row).toMatchObject({ conversationId: 'old-a', channel: 'chat', agents: ['a1'], utterances: 1 });
    expect(page.transcript.map((line) => line.text)).toEqual(['我要去投诉']);
    const refused = [await lead.get('/v1/conversations/old-b'), await lead.get('/v1/conversations/old-s')];
    expect(refused.map((response) => response.status)).toEqual([403, 404]);
  });

  test('are known by their alerts where nothing else is left', async () => {
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'only-alert', version: 1 }) });
    const lead = await signIn(world.console, 'la');
    await vi.waitFor(async () => expect((await lead.get('/v1/conversations/only-alert')).status).toBe(200), 20_000);
    expect(await (await lead.get('/v1/conversations/only-alert')).json()).toMatchObject({
      row: { openAlerts: 1 },
      alerts: [{ id: 'x' }],
    });
  });

  test('answer the operator in SQL that only reads', async () => {
    const run = (sql: string) =>
      fetch(`${world.console.url}/v1/admin/sql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sql }),
      });
    const good = await run('SELECT count() AS n FROM earshot.utterances');
    expect([good.status, await good.json()]).toEqual([200, { rows: [{ n: expect.anything() }] }]);
    const bad = await run('DROP TABLE earshot.utterances');
    expect([bad.status, ((await bad.json()) as { code: string }).code]).toEqual([400, 'refused']);
  });
});
