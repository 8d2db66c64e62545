import type { TableName, WarehouseRow } from '@earshot/warehouse';

export const HOUR_MS = 3_600_000;
/** 5 January 2026, 10:00 in Shanghai. */
export const MORNING = Date.UTC(2026, 0, 5, 2);
export const RANGE = { fromMs: MORNING, toMs: MORNING + 4 * HOUR_MS };
/** What stands in rows that no panel may show. */
export const FOREIGN = 'foreign-to-the-question';

const place = { log_topic: 't', logged_at: MORNING, version: 1 };
const at = (minutes: number) => MORNING + minutes * 60_000;

/** One row of each kind that a panel tells from others, and beside each one of another tenant and one of another day. */
const SEEDS: Record<Exclude<TableName, 'standing_sets' | 'delivery_steps'>, WarehouseRow[]> = {
  conversation_facts: [
    ...conversation('c1', 'voice', 'cards', 1, 31),
    ...conversation('c2', 'chat', '', 70, 80),
    ...conversation('c3', 'voice', 'cards', 75),
  ],
  utterances: [
    utterance('c1', 0, 'customer', 2),
    utterance('c1', 1, 'agent', 3),
    utterance('c1', 2, 'customer', 4, { final: false, withdrawn: true }),
    utterance('c2', 0, 'customer', 71),
  ],
  utterance_scores: [
    score('c1', 0, 2, { negative: 0.9, anger: 0.8, offensive: 0.6 }),
    score('c1', 1, 3, { negative: 0.9, anger: 0.9 }),
    score('c2', 0, 71, { positive: 0.9 }),
  ],
  history_answers: [answer('c1', 3), answer('c2', 9)],
  finding_assertions: [finding('f1', 'refund-late', 2, 'high'), finding('f2', 'chatter', 71, 'low')],
  alerts: [
    alert('a1', 'c1', 'high', 2, { outcome: 'rescued', state: 'resolved', claimed_ms: at(3), useful: 'yes' }),
    alert('a2', 'c1', 'critical', 5, { outcome: 'false-alarm', state: 'resolved', claimed_ms: at(6), useful: 'no' }),
    alert('a3', 'c2', 'medium', 71, { outcome: 'too-late', state: 'resolved', interrupting: false, skill_group: '' }),
    alert('a4', 'c2', 'high', 72, { state: 'retracted' }),
    alert('a5', 'c2', 'high', 73, { history: true, rule_id: FOREIGN }),
  ],
  dead_letters: [
    { ...base('c1'), id: 'd1', reason: 'undecodable', source_topic: 'earshot.cases.v1', at: at(6), bytes: 10 },
  ],
};

export function seeds(): [TableName, WarehouseRow[]][] {
  return Object.entries(SEEDS).map(([table, rows]) => [table as TableName, rows.flatMap(withForeign)]);
}

/** Another tenant's, and the same a month before. */
function withForeign(row: WarehouseRow): WarehouseRow[] {
  const moved = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, TIMES.has(name) ? Number(value) - 30 * 24 * HOUR_MS : value]),
  );
  const named = Object.fromEntries(NAMES.filter((name) => row[name] !== undefined).map((name) => [name, FOREIGN]));
  return [row, { ...row, ...named, tenant: 'other' }, { ...row, ...moved, ...named, ...renamed(row) }];
}

const TIMES = new Set(['at', 'spoken_at', 'words_at', 'logged_at', 'spoken_ms', 'delivered_ms', 'judged_ms']);
const NAMES = ['queue', 'skill_group', 'rule_id', 'title', 'reason', 'business_line'];
const IDENTITIES = ['event_id', 'alert_id', 'finding_id', 'id', 'leg', 'conversation_id'];
const renamed = (row: WarehouseRow) =>
  Object.fromEntries(IDENTITIES.filter((name) => row[name] !== undefined).map((name) => [name, `${row[name]}-before`]));

function base(conversation: string): WarehouseRow {
  return { tenant: 'demo', conversation_id: conversation, ...place };
}

function conversation(id: string, channel: string, queue: string, fromMin: number, toMin?: number): WarehouseRow[] {
  const started = { ...base(id), event_id: 's', kind: 'started', at: at(fromMin), channel, queue };
  const ended = (minutes: number) => ({ ...base(id), event_id: 'e', kind: 'ended', at: at(minutes) });
  return [started, ...(toMin === undefined ? [] : [ended(toMin)])];
}

function utterance(id: string, segment: number, role: string, minutes: number, more: WarehouseRow = {}): WarehouseRow {
  const ms = at(minutes);
  const words = { text: 'x', start_ms: ms - 900, end_ms: ms, at: ms, received_ms: ms + 200 };
  return { ...base(id), leg: 'a', segment, revision: 0, final: true, role, ...words, ...more };
}

function score(id: string, segment: number, minutes: number, felt: WarehouseRow): WarehouseRow {
  return { ...base(id), leg: 'a', segment, revision: 0, model: 'm', at: at(minutes), ...felt };
}

function answer(id: string, count: number): WarehouseRow {
  return { ...base(id), subject_kind: 'customer', subject_id: 'k', count };
}

function finding(id: string, rule: string, minutes: number, severity: string): WarehouseRow {
  const said = { words_at: at(minutes), tags: ['money', rule] };
  return { ...base('c1'), life: 1, finding_id: id, rule_id: rule, severity, ...said };
}

function alert(id: string, of: string, severity: string, minutes: number, more: WarehouseRow): WarehouseRow {
  const ms = at(minutes);
  const times = { spoken_at: ms, spoken_ms: ms, judged_ms: ms + 50, delivered_ms: ms + 300 };
  const who = { shown_to: ['20001', '30001'], skill_group: 'vip', business_line: 'cards' };
  const what = { rule_id: 'refund-late', title: '退款', severity, interrupting: true, state: 'raised' };
  return { ...base(of), alert_id: id, ...times, ...who, ...what, ...more };
}
