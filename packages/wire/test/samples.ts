import type {
  Alert,
  AlertList,
  CaseAction,
  CaseFact,
  Contribution,
  ControlRecord,
  ConversationSummary,
  DeadLetter,
  DeliveryFact,
  DeliveryResult,
  Finding,
  HistoryFact,
  SessionFact,
  StandingSet,
} from '@earshot/model';
import type { AlertFoldState, SubjectHistory } from '../src/index.js';
import { about, engineBodies, historyAnswer } from './conversation-samples.js';

export * from './conversation-samples.js';
export * from './record-samples.js';

/** One value of each kind with every field set (and one with nothing optional), for golden bytes and round trips. */

export const finding: Finding = {
  id: 'f1',
  ruleId: 'crisis.regulator',
  anchor: 'u:c:3',
  severity: 'critical',
  points: 12.5,
  participantId: 'p1',
  role: 'customer',
  evidence: [
    {
      leg: 'c',
      segment: 3,
      revision: 2,
      participantId: 'p1',
      role: 'customer',
      startMs: 1_700_000_001_000,
      endMs: 1_700_000_002_500,
      quote: '我要投诉到底',
      spans: [{ start: 2, end: 6 }],
    },
  ],
  wordsAtMs: 1_700_000_002_500,
  receivedAtMs: 1_700_000_002_600,
  provisional: true,
  ruleSetHash: 'abc',
  prompt: { title: '投诉升级', what: '客户要投诉到底', say: ['非常抱歉', '我马上处理'], next: '升级班组长' },
  tags: ['crisis'],
};

export const summary: ConversationSummary = {
  channel: 'chat',
  businessLine: '信用卡',
  queue: 'q1',
  skillGroup: '催收',
  externalIds: { call: '10086' },
  customerKey: 'k1',
  startedAtMs: 1_700_000_000_000,
  endedAtMs: 1_700_000_060_000,
  agents: ['1001', '1002'],
};

export const standing: StandingSet = {
  ...about,
  life: 10,
  asOf: 20,
  findings: [finding],
  summary,
  closing: true,
  controlEpoch: 4,
};

export const alert: Alert = {
  id: 'a1',
  ...about,
  version: { offset: 33, index: 1 },
  state: 'resolved',
  outcome: 'false-alarm',
  finding,
  summary,
  continues: 'a0',
  agents: ['1001'],
  interrupting: true,
  history: true,
  claimedBy: '2001',
  shownTo: ['1001', '2001'],
  useful: true,
  timeline: {
    spokenMs: 1,
    receivedMs: 2,
    judgedMs: 3,
    raisedMs: 4,
    deliveredMs: 5,
    seenMs: 6,
    claimedMs: 7,
    closedMs: 8,
  },
  reason: 'resolve',
};

/** Nothing optional set; false, zero and empty must come back as themselves. */
export const bareAlert: Alert = {
  id: 'a2',
  ...about,
  version: { offset: 0, index: 0 },
  state: 'raised',
  finding: {
    id: 'f2',
    ruleId: 'r',
    anchor: 'conversation',
    severity: 'low',
    points: 0,
    evidence: [],
    wordsAtMs: 0,
    receivedAtMs: 0,
    provisional: false,
    ruleSetHash: '',
    prompt: { title: '', what: '', say: [], next: '' },
    tags: [],
  },
  summary: { channel: 'voice', externalIds: {}, agents: [] },
  agents: [],
  interrupting: false,
  history: false,
  shownTo: [],
  useful: false,
  timeline: { spokenMs: 0, closedMs: 0 },
  reason: '',
};

export const toldOutside: Alert = {
  ...bareAlert,
  deliveries: [
    {
      channel: 'webhook',
      recipient: 'crm',
      operation: 'retracted',
      cause: { offset: 34, index: 1 },
      dueMs: 7,
      status: 'failed',
      code: 'http-503',
      doneMs: 9,
      attempts: 3,
    },
    {
      channel: 'webhook',
      recipient: 'bi',
      operation: 'raised',
      cause: { offset: 0, index: 0 },
      dueMs: 0,
      status: 'due',
      attempts: 0,
    },
  ],
};

export const deliveryResult: DeliveryResult = {
  id: 'd1',
  conversationId: about.conversationId,
  alertId: 'a2',
  channel: 'webhook',
  recipient: 'crm',
  operation: 'expired',
  cause: { offset: 34, index: 1 },
  status: 'sent',
  code: 'http-204',
  atMs: 9,
  attempts: 2,
  controlEpoch: 4,
};

export const deliveryBodies: Record<DeliveryFact['body']['kind'], DeliveryFact['body']> = {
  due: {
    kind: 'due',
    id: 'd1',
    conversationId: about.conversationId,
    alertId: 'a2',
    operation: 'resolved',
    cause: { offset: 34, index: 1 },
    atMs: 7,
    content: {
      ruleId: 'r',
      title: '承诺收益',
      severity: 'critical',
      continues: 'a0',
      reason: 'resolve',
      outcome: 'too-late',
      units: ['wealth', 'centre'],
      channel: 'chat',
      businessLine: '理财',
      skillGroup: '贵宾',
      spokenMs: 5,
      evidence: [{ role: 'agent', startMs: 4, quote: '保证[NUMBER]收益' }],
    },
  },
  attempt: { kind: 'attempt', id: 'd1', attempts: 2, code: 'timeout', nextAtMs: 10 },
  result: { kind: 'result', result: deliveryResult },
};

export function deliveryOf(body: DeliveryFact['body']): DeliveryFact {
  return { tenant: about.tenant, channel: 'webhook', recipient: 'crm', body };
}

export const list: AlertList = { ...about, life: 12, asOf: 34, alerts: [alert, bareAlert] };

export const actions: Record<CaseAction['kind'], CaseAction> = {
  claim: { kind: 'claim' },
  release: { kind: 'release' },
  resolve: { kind: 'resolve', outcome: 'too-late', note: '已回访' },
  delivered: { kind: 'delivered' },
  seen: { kind: 'seen' },
  feedback: { kind: 'feedback', useful: true },
};

export function caseOf(body: CaseFact['body']): CaseFact {
  return { ...about, body };
}

export function actionCase(action: CaseAction): CaseFact {
  const person = { ...about, alertId: 'a1', actionId: 'x1', by: '2001', atMs: 9, controlEpoch: 4, action };
  return caseOf({ kind: 'action', action: person });
}

export const foldState: AlertFoldState = {
  ...about,
  highestAsOf: 20,
  highestLife: 10,
  closing: true,
  controlEpoch: 4,
  entries: [
    { life: 10, alert, silent: false },
    { life: 10, alert: bareAlert, silent: true },
  ],
  seenActions: ['x1', 'x0'],
  heardMs: 0,
  summary,
};
export const heardFoldState: AlertFoldState = { ...foldState, heardMs: 1_700_000_009_000 };

const { kind: _, ...historyCount } = historyAnswer;

const contribution: Contribution = {
  kind: 'contribution',
  conversationId: about.conversationId,
  life: 10,
  asOf: 20,
  channel: 'chat',
  atMs: 1_700_000_000_000,
  findings: [{ id: 'f1', ruleId: 'shirking', tags: ['shirking', 'service'], atMs: 1_700_000_002_500 }],
};

export function historyOf(body: HistoryFact['body']): HistoryFact {
  return { tenant: about.tenant, subject: { kind: 'agent', id: '1001' }, body };
}

export const historyBodies = { contribution, ...engineBodies };

export const subjectHistory: SubjectHistory = {
  tenant: about.tenant,
  subject: { kind: 'customer', id: 'k1' },
  contributions: [contribution, { ...contribution, conversationId: 'call-8', findings: [] }],
};

/** What a rule's topic, and what other conversations are known to have brought. */
export const countedStanding: StandingSet = {
  ...standing,
  findings: [{ ...finding, topic: 'outage' }],
  summary: { ...summary, history: [{ ...historyCount, subject: { kind: 'topic', id: 'outage' } }] },
};

export const ruleSetControl: ControlRecord = {
  epoch: 4,
  tenant: 'bank-a',
  by: '3001',
  atMs: 5,
  hash: 'abc',
  content: { kind: 'rule-set', files: { 'b.yaml': 'rules: []', 'a.yaml': '' }, appliesToRunning: true },
};

export const peopleControl: ControlRecord = { ...ruleSetControl, content: { kind: 'people', yaml: 'people: []' } };

export const routesControl: ControlRecord = { ...ruleSetControl, content: { kind: 'routes', yaml: 'routes: []' } };

export const publicationControl: ControlRecord = {
  ...ruleSetControl,
  content: { kind: 'publication', of: 'rule-set', contentHash: 'h2', action: 'rollback', why: '误报太多' },
};

const session = { tenant: 'bank-a', atMs: 5, expiresMs: 900_005 };
export const sessionFacts: Record<string, SessionFact> = {
  'link-used': { ...session, body: { kind: 'link-used', linkId: 'l-1', claim: 'c-1' } },
  'session-ended': { ...session, body: { kind: 'session-ended', sessionId: 's-1' } },
  'person-signed-out': { ...session, body: { kind: 'person-signed-out', staffNumber: '10001', untilMs: 4 } },
};

export const deadLetter: DeadLetter = {
  id: 'd1',
  topic: 'earshot.conversations.v1',
  partition: 3,
  offset: 44,
  key: 'bank-a|call-7',
  reason: 'undecodable',
  atMs: 5,
  value: new Uint8Array([1, 2, 3]),
};

const marked: DeadLetter = { ...deadLetter, value: new Uint8Array(0) };
export const deadLetterMarks: Record<string, DeadLetter> = {
  replayed: { ...marked, mark: { action: 'replayed', by: 'operator:root', why: '规则已修', atMs: 9, replayedTo: 71 } },
  dropped: { ...marked, mark: { action: 'dropped', by: '3001', why: '', atMs: 9 } },
};

export const deadLetterFromOutside: DeadLetter = {
  ...deadLetter,
  topic: 'earshot.inbound.v1',
  headers: { ce_id: new Uint8Array([52]), 'content-type': new Uint8Array([106, 115]) },
};
