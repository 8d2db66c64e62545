import type { Log } from '@earshot/log';
import {
  type Alert,
  type ConversationFact,
  conversationKey,
  type FactBody,
  type Finding,
  findingId,
  type PersonAction,
  type StandingSet,
} from '@earshot/model';
import { encodeAlertRecord, encodeCaseFact, encodeConversationFact, TOPICS } from '@earshot/wire';

export const TENANT = 'demo';
export const T0 = Date.UTC(2026, 0, 5, 10);

export function fact(conversationId: string, eventId: string, atMs: number, body: FactBody): ConversationFact {
  return { tenant: TENANT, conversationId, eventId, atMs, receivedAtMs: atMs + 5, source: 'voice', body };
}

export function started(conversationId: string, externalIds: Record<string, string> = {}): ConversationFact {
  const body = { kind: 'started', channel: 'voice', direction: 'inbound', queue: 'cards', externalIds } as const;
  return fact(conversationId, 'started', T0, body);
}

export function said(
  conversationId: string,
  segment: number,
  text: string,
  more: { revision?: number; final?: boolean; eventId?: string } = {},
): ConversationFact {
  const { revision = 0, final = true, eventId = `said-${segment}-${revision}` } = more;
  const startMs = T0 + segment * 1_000;
  const speaker = { participantId: 'p1', role: 'customer', leg: 'a' } as const;
  const words = { segment, revision, final, text, startMs, endMs: startMs + 900 };
  return fact(conversationId, eventId, startMs + 900, { kind: 'utterance', ...speaker, ...words });
}

export function score(conversationId: string, segment: number, anger: number, model = 'm/1'): ConversationFact {
  const scores = { negative: 0.125, neutral: 0.875, positive: 0, anger, offensive: 0.001 };
  const about = { leg: 'a', segment, revision: 0, model };
  return fact(conversationId, `score-${segment}-${model}`, T0 + segment * 1_000 + 950, {
    kind: 'score',
    ...about,
    scores,
  });
}

/** The customer's n-th contact. */
export function answered(conversationId: string, cause: number, count: number): ConversationFact {
  const subject = { kind: 'customer', id: 'hash-1' } as const;
  const earlier = [{ conversationId: 'before', channel: 'chat' as const, atMs: T0 - 1_000 }];
  const tags = [
    { tag: 'crisis', count: 2 },
    { tag: 'abuse', count: 1 },
  ];
  const answer = { subject, cause, knownMs: T0 + cause, count, tags, earlier };
  return fact(conversationId, `history-${cause}`, T0 + cause, { kind: 'history', ...answer });
}

export function finding(conversationId: string, ruleId: string): Finding {
  const anchor = 'u:a:1';
  return {
    id: findingId(TENANT, conversationId, ruleId, anchor),
    ruleId,
    anchor,
    severity: 'high',
    points: 5,
    participantId: 'p1',
    role: 'customer',
    evidence: [],
    wordsAtMs: T0 + 1_900,
    receivedAtMs: T0 + 1_905,
    provisional: false,
    ruleSetHash: 'h1',
    prompt: { title: 'Regulator', what: 'The customer names the regulator.', say: ['I am sorry.'], next: 'Listen.' },
    tags: ['crisis'],
  };
}

export function standing(conversationId: string, asOf: number, findings: Finding[]): StandingSet {
  const summary = { channel: 'voice', externalIds: {}, agents: ['1001'] } as const;
  return {
    tenant: TENANT,
    conversationId,
    life: 0,
    asOf,
    findings,
    summary: { ...summary, agents: ['1001'] },
    closing: false,
    controlEpoch: 1,
  };
}

export function alert(conversationId: string, ruleId: string, offset: number, more: Partial<Alert> = {}): Alert {
  const about = finding(conversationId, ruleId);
  return {
    id: about.id,
    tenant: TENANT,
    conversationId,
    version: { offset, index: 0 },
    state: 'raised',
    finding: about,
    summary: standing(conversationId, 0, []).summary,
    agents: ['1001'],
    interrupting: true,
    history: false,
    shownTo: [],
    timeline: { spokenMs: about.wordsAtMs, receivedMs: about.receivedAtMs },
    reason: 'finding',
    ...more,
  };
}

export function acted(alertOf: Alert, kind: 'delivered' | 'seen', atMs: number, actionId: string = kind): PersonAction {
  const { tenant, conversationId, id } = alertOf;
  return { tenant, conversationId, alertId: id, actionId, by: '1001', atMs, controlEpoch: 1, action: { kind } };
}

/** Appends one after the other, each durable before the next. */
export function writer(log: Log) {
  const put = async (topic: string, conversationId: string, value: Uint8Array) => {
    await log.append([{ topic, key: conversationKey(TENANT, conversationId), value }]);
  };
  return {
    fact: (one: ConversationFact) => put(TOPICS.conversations, one.conversationId, encodeConversationFact(one)),
    standing: (set: StandingSet) => {
      const { tenant, conversationId } = set;
      return put(
        TOPICS.cases,
        conversationId,
        encodeCaseFact({ tenant, conversationId, body: { kind: 'standing', set } }),
      );
    },
    action: (action: PersonAction) => {
      const { tenant, conversationId } = action;
      return put(
        TOPICS.cases,
        conversationId,
        encodeCaseFact({ tenant, conversationId, body: { kind: 'action', action } }),
      );
    },
    alert: (one: Alert) => put(TOPICS.alerts, one.conversationId, encodeAlertRecord({ kind: 'alert', alert: one })),
    raw: (topic: string, conversationId: string, value: Uint8Array) => put(topic, conversationId, value),
  };
}

/** A small day: conversations with revisions, amendments, repeats, a finding that goes again, an alert told twice. */
export async function writeDay(log: Log, conversations: number): Promise<void> {
  const put = writer(log);
  for (let i = 0; i < conversations; i++) {
    const id = `c${i}`;
    await put.fact(started(id, { call: `call-${i}` }));
    await put.fact(said(id, 0, '喂', { final: false }));
    await put.fact(said(id, 0, '喂 你好', { revision: 1 }));
    await put.fact(said(id, 1, 'I will call the regulator'));
    await put.fact(said(id, 1, 'I will call the regulator'));
    await put.fact(score(id, 1, 0.875));
    await put.fact(score(id, 1, 0.875));
    await put.fact(answered(id, 7, 1));
    await put.fact(answered(id, 9, 2));
    await put.fact(said(id, 2, 'noise', { final: false }));
    await put.fact(fact(id, 'gone-2', T0 + 3_000, { kind: 'utterance-withdrawn', leg: 'a', segment: 2 }));
    await put.standing(standing(id, 3, [finding(id, 'r1'), finding(id, 'r2')]));
    await put.standing(standing(id, 6, [finding(id, 'r1')]));
    const raised = alert(id, 'r1', 3);
    await put.alert(raised);
    await put.action(acted(raised, 'delivered', T0 + 2_100, 'd1'));
    await put.action(acted(raised, 'delivered', T0 + 2_500, 'd2'));
    await put.alert({ ...raised, version: { offset: 9, index: 0 }, state: 'claimed', claimedBy: '2001' });
    await put.fact(fact(id, 'ended', T0 + 9_000, { kind: 'ended' }));
  }
}
