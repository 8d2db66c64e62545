import type { TableName, WarehouseRow } from '@earshot/warehouse';

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Yesterday, 10:00 in Shanghai: what is older than the warehouse keeps it is gone before it is asked for. */
export const MORNING = (Math.floor(Date.now() / DAY_MS) - 1) * DAY_MS + 2 * HOUR_MS;
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
    {
      tenant: 'demo',
      ...place,
      id: 'd1',
      reason: 'undecodable',
      source_topic: 'earshot.cases.v1',
      at: at(6),
      bytes: 10,
    },
  ],
};

export function seeds(): [TableName, WarehouseRow[]][] {
  return Object.entries(SEEDS).map(([table, rows]) => [table as TableName, rows.flatMap(withForeign)]);
}

/** Another tenant's, and one of a week before: different in all that a panel counts, names or measures. */
function withForeign(row: WarehouseRow): WarehouseRow[] {
  const foreign = different(row);
  const moved = Object.entries(foreign).map(([name, value]) => [
    name,
    TIMES.has(name) ? Number(value) - 7 * DAY_MS : value,
  ]);
  return [row, { ...foreign, tenant: 'other' }, Object.fromEntries(moved) as WarehouseRow];
}

function different(row: WarehouseRow): WarehouseRow {
  const named = NAMES.filter((name) => row[name] !== undefined).map((name) => [name, FOREIGN]);
  const renamed = IDENTITIES.filter((name) => row[name] !== undefined).map((name) => [name, `${row[name]}-foreign`]);
  return {
    ...row,
    ...Object.fromEntries([...named, ...renamed]),
    // An alert of a conversation that nobody knows, so that shares move too.
    ...(row['alert_id'] && { conversation_id: 'elsewhere', delivered_ms: Number(row['delivered_ms']) + 5_000 }),
    ...(row['kind'] === 'ended' && { at: Number(row['at']) + HOUR_MS }),
    ...(row['model'] && { negative: 0.1, anger: 0.1, offensive: 0.1, positive: 0.1 }),
  };
}

const TIMES = new Set(['at', 'spoken_at', 'words_at', 'logged_at', 'spoken_ms', 'delivered_ms', 'judged_ms']);
const NAMES = ['queue', 'skill_group', 'rule_id', 'title', 'reason', 'business_line'];
const IDENTITIES = ['event_id', 'alert_id', 'finding_id', 'id', 'leg', 'conversation_id'];

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
