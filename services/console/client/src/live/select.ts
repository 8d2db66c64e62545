import type { Alert } from '@earshot/model/alert';
import { isFinalState, severityRank } from '@earshot/model/vocabulary';
import type { ConversationRow } from '@earshot/wire/live';
import type { LiveState, PendingAct } from './state.js';

export function isOpen(alert: Alert): boolean {
  return !isFinalState(alert.state);
}

/**
 * The prompts that popped up on this desk, most urgent first. Among equals the older stays on top: a sentence must
 * not change under the key that copies it.
 */
export function promptQueue(state: LiveState): Alert[] {
  const queue = state.popped.flatMap((id) => state.alerts.get(id) ?? []).filter(isOpen);
  return queue.sort((a, b) => Number(ended(state, a)) - Number(ended(state, b)) || bySeverity(a, b));
}

/** Open, not put away, and not standing as a prompt in this tab: medium ones, or shown in another tab. */
export function waitingAlerts(state: LiveState): Alert[] {
  return [...state.alerts.values()]
    .filter((alert) => isOpen(alert) && alert.finding.severity !== 'low')
    .filter((alert) => !state.popped.includes(alert.id) && !state.marks.get(alert.id)?.dismissed)
    .sort(byUrgency);
}

/**
 * What a desk shows: one prompt with its sentences (the one that was opened, else the first of the queue) and the
 * lines that wait below it. A running conversation goes before an ended one, then severity, then the newest words: a
 * line has no key that copies it, so unlike the prompt it may move.
 */
export function deskPrompts(state: LiveState, opened: string | undefined): { prompt?: Alert; waiting: Alert[] } {
  const queue = promptQueue(state);
  const all = [...queue, ...waitingAlerts(state)];
  const prompt = all.find((alert) => alert.id === opened) ?? queue[0];
  const waiting = all
    .filter((alert) => alert !== prompt)
    .sort((a, b) => Number(ended(state, a)) - Number(ended(state, b)) || byUrgency(a, b));
  return { ...(prompt ? { prompt } : {}), waiting };
}

/** Risk, then open alerts, then last words; the id settles what is left, so that rows never swap places for nothing. */
export function byRisk(a: ConversationRow, b: ConversationRow): number {
  return (
    rank(b) - rank(a) ||
    b.openAlerts - a.openAlerts ||
    b.lastAtMs - a.lastAtMs ||
    (a.conversationId < b.conversationId ? -1 : 1)
  );
}

export function sortedRows(rows: ReadonlyMap<string, ConversationRow>): ConversationRow[] {
  return [...rows.values()].sort(byRisk);
}

export function alertsOf(state: LiveState, conversationId: string): Alert[] {
  return [...state.alerts.values()]
    .filter((alert) => alert.conversationId === conversationId)
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || byUrgency(a, b));
}

export function pendingOf(
  state: LiveState,
  alertId: string,
  kind: PendingAct['action']['kind'],
): PendingAct | undefined {
  for (const act of state.pending.values()) if (act.alertId === alertId && act.action.kind === kind) return act;
  return undefined;
}

/** Everyone who had the conversation, first to last; the alert itself names only those who have it now. */
export function staffOf(state: LiveState, { conversationId, summary }: Alert): readonly string[] {
  const all = state.conversations.get(conversationId)?.agents;
  return all && all.length > summary.agents.length ? all : summary.agents;
}

/** Severity, then the newest words. */
export function byUrgency(a: Alert, b: Alert): number {
  return bySeverity(a, b) || b.finding.wordsAtMs - a.finding.wordsAtMs;
}

function bySeverity(a: Alert, b: Alert): number {
  return severityRank(b.finding.severity) - severityRank(a.finding.severity);
}

function ended(state: LiveState, alert: Alert): boolean {
  return (state.conversations.get(alert.conversationId)?.endedAtMs ?? alert.summary.endedAtMs) !== undefined;
}

function rank(row: ConversationRow): number {
  return row.risk === undefined ? -1 : severityRank(row.risk);
}
