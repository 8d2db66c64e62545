import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChdbWarehouse } from '../chdb/index.js';
import { HOSTILE_TEXTS } from '../hostile-texts.js';
import type { Warehouse, WarehouseRow } from '../port.js';
import { alertsByRuleAndDay, conversationsByExternalId, deliveryLatency } from './index.js';

const DAY_MS = 86_400_000;
/** Midnight in Shanghai, 5 January 2026. */
const MONDAY = Date.UTC(2026, 0, 4, 16);
const range = { fromMs: MONDAY, toMs: MONDAY + 2 * DAY_MS };
const demo = { tenant: 'demo', range };

describe('questions to the warehouse', () => {
  let dir: string;
  let warehouse: Warehouse;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-queries-'));
    warehouse = await openChdbWarehouse({ dir });
    await warehouse.migrate();
    await warehouse.insert('alerts', ALERTS, { token: 'alerts' });
    await warehouse.insert('conversation_facts', FACTS, { token: 'facts' });
    await warehouse.insert('utterances', UTTERANCES, { token: 'utterances' });
  }, 30_000);
  afterAll(async () => {
    await warehouse.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('alerts by rule and day: each alert once, on the day of its words in the zone asked for', async () => {
    const rows = await alertsByRuleAndDay(warehouse, { ...demo, timeZone: 'Asia/Shanghai' });
    const none = { interrupting: 0, claimed: 0, retracted: 0, falseAlarms: 0, rescued: 0 };
    expect(rows).toEqual([
      { ...none, day: '2026-01-05', ruleId: 'r1', alerts: 4, interrupting: 2, claimed: 1, rescued: 1, falseAlarms: 1 },
      { ...none, day: '2026-01-05', ruleId: 'r2', alerts: 1, retracted: 1 },
      { ...none, day: '2026-01-06', ruleId: 'r1', alerts: 2 },
    ]);
    const utc = await alertsByRuleAndDay(warehouse, { ...demo, timeZone: 'UTC' });
    expect(utc.map((row) => row.day)).toContain('2026-01-04');
  });

  test('delivery latency: the alerts that reached a desktop and were not history', async () => {
    expect(await deliveryLatency(warehouse, demo)).toEqual({
      alerts: 4,
      p50Ms: 300,
      p95Ms: 400,
      p99Ms: 400,
      maxMs: 400,
    });
    const quiet = { fromMs: MONDAY - DAY_MS, toMs: MONDAY };
    expect(await deliveryLatency(warehouse, { tenant: 'demo', range: quiet })).toBeUndefined();
  });

  test('search: by call number, by a number known late, by its own id, never another tenant’s', async () => {
    const find = async (externalId: string, tenant = 'demo') =>
      (await conversationsByExternalId(warehouse, { tenant, range, externalId })).map((row) => row.conversationId);
    expect(await find('call-7')).toEqual(['c1']);
    expect(await find('order-9')).toEqual(['c2']);
    expect(await find('c2')).toEqual(['c2']);
    expect(await find('call-7', 'other')).toEqual(['c9']);
    expect(await find('call')).toEqual([]);
    const newest = await conversationsByExternalId(warehouse, { ...demo, externalId: 'batch-1', limit: 1 });
    expect(newest.map((row) => row.conversationId)).toEqual(['c5']);
    const [found] = await conversationsByExternalId(warehouse, { ...demo, externalId: 'call-7' });
    expect(found).toEqual({
      conversationId: 'c1',
      channel: 'voice',
      queue: 'cards',
      skillGroup: '',
      externalIds: { call: 'call-7' },
      agents: ['1002', '1001'],
      startedAtMs: MONDAY + 1_000,
      endedAtMs: null,
      utterances: 2,
      alerts: 7,
    });
  });

  test.each(HOSTILE_TEXTS)('hostile text %# finds nothing and harms nothing', async (text) => {
    if (text.length > 0) expect(await conversationsByExternalId(warehouse, { ...demo, externalId: text })).toEqual([]);
    expect(await alertsByRuleAndDay(warehouse, { tenant: text, range, timeZone: 'UTC' })).toEqual([]);
    await expect(alertsByRuleAndDay(warehouse, { ...demo, timeZone: text })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('no question is asked without bounds in time', async () => {
    const endless = { fromMs: 0, toMs: Date.UTC(2026, 0, 1) };
    const backwards = { fromMs: 2, toMs: 1 };
    for (const wrong of [endless, backwards]) {
      await expect(deliveryLatency(warehouse, { tenant: 'demo', range: wrong })).rejects.toMatchObject({
        code: 'invalid',
      });
    }
  });
});

const place = { log_topic: 't', logged_at: Date.now() };

function alert(id: string, rule: string, spokenMs: number, more: WarehouseRow = {}): WarehouseRow {
  const spoken = { spoken_at: spokenMs, spoken_ms: spokenMs };
  return {
    tenant: 'demo',
    alert_id: id,
    rule_id: rule,
    conversation_id: 'c1',
    ...spoken,
    version: 1,
    ...place,
    ...more,
  };
}

const ALERTS: WarehouseRow[] = [
  alert('a1', 'r1', MONDAY + 1_000, { delivered_ms: MONDAY + 1_100, interrupting: true, state: 'raised' }),
  // A later version of a1 adds nothing to the count.
  alert('a1', 'r1', MONDAY + 1_000, {
    delivered_ms: MONDAY + 1_100,
    interrupting: true,
    claimed_ms: MONDAY + 9_000,
    outcome: 'rescued',
    version: 2,
  }),
  alert('a2', 'r1', MONDAY + 2_000, { delivered_ms: MONDAY + 2_200, interrupting: true, outcome: 'false-alarm' }),
  alert('a3', 'r1', MONDAY + 3_000, { delivered_ms: MONDAY + 3_300 }),
  alert('a4', 'r1', MONDAY + 4_000, { delivered_ms: MONDAY + 99_000, history: true }),
  alert('a5', 'r2', MONDAY + 5_000, { delivered_ms: MONDAY + 5_400, state: 'retracted' }),
  alert('a6', 'r1', MONDAY + DAY_MS),
  alert('a7', 'r1', MONDAY + DAY_MS + 1),
  alert('outside', 'r1', MONDAY + 2 * DAY_MS, { conversation_id: 'c3' }),
  alert('foreign', 'r1', MONDAY + 1_000, { tenant: 'other', conversation_id: 'c9' }),
];

function fact(conversation: string, event: string, kind: string, more: WarehouseRow): WarehouseRow {
  return {
    tenant: 'demo',
    conversation_id: conversation,
    event_id: event,
    kind,
    at: MONDAY + 1_000,
    version: 1,
    ...place,
    ...more,
  };
}

const joined = (event: string, staff: string, at: number) =>
  fact('c1', event, 'participant-joined', { role: 'agent', staff_number: staff, at });

const FACTS: WarehouseRow[] = [
  fact('c1', 'e1', 'started', { channel: 'voice', queue: 'cards', external_ids: { call: 'call-7' } }),
  joined('e2', '1002', MONDAY + 2_000),
  joined('e3', '1001', MONDAY + 3_000),
  joined('e4', '1002', MONDAY + 4_000),
  fact('c2', 'e1', 'started', { channel: 'chat', external_ids: { call: 'call-8' } }),
  fact('c2', 'e2', 'metadata', { fields: { order: 'order-9' } }),
  fact('c4', 'e1', 'started', { external_ids: { batch: 'batch-1' } }),
  fact('c5', 'e1', 'started', { external_ids: { batch: 'batch-1' }, at: MONDAY + 2_000 }),
  fact('c6', 'e1', 'started', { external_ids: { batch: 'batch-1' } }),
  fact('c9', 'e1', 'started', { tenant: 'other', external_ids: { call: 'call-7' } }),
];

function utterance(segment: number, more: WarehouseRow = {}): WarehouseRow {
  return {
    tenant: 'demo',
    conversation_id: 'c1',
    leg: 'a',
    segment,
    text: 'x',
    at: MONDAY,
    version: 1,
    ...place,
    ...more,
  };
}

const UTTERANCES: WarehouseRow[] = [
  utterance(0),
  utterance(0, { version: 2 }),
  utterance(1),
  utterance(2, { withdrawn: true }),
];
