import type { Alert, CaseAction, Severity } from '@earshot/model';
import type { ConversationRow, TranscriptLine } from '@earshot/wire/live';
import { alertFor, line, REFUND_CALL } from './scene.js';

export interface World {
  rows: Map<string, ConversationRow>;
  alerts: Map<string, Alert>;
  lines: Map<string, TranscriptLine[]>;
  offset: number;
}

const SKILLS = ['理财咨询', '信用卡', '保险理赔', '贷款还款', '投诉受理'];

export function emptyWorld(): World {
  return { rows: new Map(), alerts: new Map(), lines: new Map(), offset: 1000 };
}

/** Deterministic background calls, every 40th of them with an open alert. */
export function addBackground(world: World, count: number, nowMs: number): void {
  for (let n = 0; n < count; n += 1) {
    const id = `c-${String(n).padStart(5, '0')}`;
    const channel = n % 5 === 0 ? 'chat' : 'voice';
    const row: ConversationRow = {
      conversationId: id,
      channel,
      skillGroup: SKILLS[n % SKILLS.length] ?? '',
      externalIds: { call: `20261122${String(100_000 + n * 37)}` },
      agents: [String(10_100 + (n % 400))],
      startedAtMs: nowMs - (30 + ((n * 7919) % 1500)) * 1000,
      lastAtMs: nowMs - ((n * 104_729) % 40) * 1000,
      utterances: 4 + (n % 60),
      openAlerts: 0,
    };
    world.rows.set(id, row);
    if (n % 40 === 7) raise(world, row, n, nowMs - (20 + (n % 300)) * 1000);
  }
}

function raise(world: World, row: ConversationRow, n: number, atMs: number): void {
  const hits = REFUND_CALL.filter((said) => said.hit);
  const said = hits[n % hits.length];
  if (!said) return;
  const spoken = line(said, n % 30, atMs);
  const alert = alertFor(said, row, spoken, ++world.offset);
  if (!alert) return;
  // What was there before the page opened waits in the inbox.
  alert.history = true;
  if (n % 120 === 7) Object.assign(alert, { state: 'claimed', claimedBy: '20007' });
  world.lines.set(row.conversationId, [spoken]);
  put(world, alert);
}

export function put(world: World, alert: Alert): void {
  world.alerts.set(alert.id, alert);
  const row = world.rows.get(alert.conversationId);
  if (!row) return;
  const open = [...world.alerts.values()].filter(
    (a) => a.conversationId === row.conversationId && (a.state === 'raised' || a.state === 'claimed'),
  );
  const { risk: _risk, ...rest } = row;
  const risk = highest(open);
  world.rows.set(row.conversationId, { ...rest, openAlerts: open.length, ...(risk ? { risk } : {}) });
}

/** The next state of an alert after an action, as the real thing would decide it. */
export function decide(world: World, alert: Alert, action: CaseAction, by: string): Alert {
  const next: Alert = { ...alert, version: { offset: ++world.offset, index: 0 }, reason: action.kind };
  if (action.kind === 'claim' && alert.state === 'raised')
    return {
      ...next,
      state: 'claimed',
      claimedBy: by,
      timeline: { ...alert.timeline, claimedMs: Date.now() },
    };
  if (action.kind === 'release') {
    const { claimedBy: _claimedBy, ...free } = next;
    return { ...free, state: 'raised' };
  }
  if (action.kind === 'resolve') {
    const timeline = { ...alert.timeline, closedMs: Date.now() };
    return { ...next, state: 'resolved', outcome: action.outcome, timeline };
  }
  if (action.kind === 'feedback') return { ...next, useful: action.useful };
  if (action.kind === 'seen') return { ...next, shownTo: [...new Set([...alert.shownTo, by])] };
  return next;
}

function highest(open: Alert[]): Severity | undefined {
  const order: Severity[] = ['critical', 'high', 'medium', 'low'];
  return order.find((severity) => open.some((alert) => alert.finding.severity === severity));
}
