import { addResult, type ConversationResult, emptyTally, type ReplayTally } from '@earshot/cli';
import { type Alert, compareVersions, type StandingSet } from '@earshot/model';
import { TOPICS } from '@earshot/wire';
import type { Sent } from './send.js';
import type { ReplayTarget } from './target.js';

/** Reads from the log what came of each conversation that was sent. */
export async function collectResults(target: ReplayTarget, sent: readonly Sent[]): Promise<ReplayTally> {
  const ids = new Set(sent.map(({ id }) => id));
  const sets = await lastSets(target, ids);
  const alerts = await lastAlerts(target, ids);
  const dead = await deadLetters(target, ids);
  const tally = emptyTally();
  for (const { id, utterances, timesMade, refused } of sent) {
    const result: ConversationResult = {
      id,
      utterances,
      timesMade,
      findings: (sets.get(id)?.findings ?? []).map(({ ruleId }) => ({ ruleId })),
      alerts: alerts.get(id) ?? [],
      notInspected: refused + (dead.get(id) ?? 0),
      repeated: 0,
    };
    addResult(tally, result);
  }
  tally.report.repeated = await target.repeated();
  return tally;
}

async function lastSets(target: ReplayTarget, ids: Set<string>): Promise<Map<string, StandingSet>> {
  const sets = new Map<string, StandingSet>();
  for await (const { message } of target.cases()) {
    const { body } = message;
    if (body.kind !== 'standing' || !ids.has(body.set.conversationId)) continue;
    const before = sets.get(body.set.conversationId);
    if (!before || body.set.asOf > before.asOf) sets.set(body.set.conversationId, body.set);
  }
  return sets;
}

/** Alerts that were not taken back, with the time from the door to the alert on the log. */
async function lastAlerts(target: ReplayTarget, ids: Set<string>): Promise<Map<string, ConversationResult['alerts']>> {
  const last = new Map<string, { alert: Alert; raisedMs: number }>();
  for await (const { message: said, timestampMs } of target.alerts()) {
    if (said.kind !== 'alert' || !ids.has(said.alert.conversationId)) continue;
    const before = last.get(said.alert.id);
    if (before && compareVersions(said.alert.version, before.alert.version) <= 0) continue;
    last.set(said.alert.id, { alert: said.alert, raisedMs: before?.raisedMs ?? timestampMs });
  }
  const out = new Map<string, ConversationResult['alerts']>();
  for (const { alert, raisedMs } of last.values()) {
    if (alert.state === 'retracted') continue;
    const list = out.get(alert.conversationId) ?? [];
    const { receivedMs } = alert.timeline;
    const latency = receivedMs === undefined ? {} : { latencyMs: Math.max(0, raisedMs - receivedMs) };
    list.push({ interrupting: alert.interrupting, ...latency });
    out.set(alert.conversationId, list);
  }
  return out;
}

async function deadLetters(target: ReplayTarget, ids: Set<string>): Promise<Map<string, number>> {
  const seen = new Set<string>();
  const dead = new Map<string, number>();
  for await (const { message } of target.deadLetters()) {
    const { id, key, topic } = message;
    const conversationId = key.slice(key.indexOf('|') + 1);
    if (topic !== TOPICS.conversations || seen.has(id) || !ids.has(conversationId)) continue;
    seen.add(id);
    dead.set(conversationId, (dead.get(conversationId) ?? 0) + 1);
  }
  return dead;
}
