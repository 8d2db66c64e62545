import type {
  Alert,
  AlertList,
  CaseAction,
  CaseFact,
  ControlRecord,
  ConversationEvent,
  ConversationFact,
  ConversationSummary,
  DeadLetter,
  DeliveryFact,
  DeliveryResult,
  EngineBody,
  EventBody,
  Finding,
  Score,
  StandingSet,
} from '@earshot/model';
import type { AlertFoldState, RecordSnapshot } from '../src/index.js';

/** One value of each kind with every field set (and one with nothing optional), for golden bytes and round trips. */

const about = { tenant: 'bank-a', conversationId: 'call-7' };

export const bodies: Record<EventBody['kind'], EventBody> = {
  started: {
    kind: 'started',
    channel: 'voice',
    direction: 'inbound',
    businessLine: '信用卡',
    queue: 'q1',
    skillGroup: '催收',
    externalIds: { call: '10086', ticket: 'T-1' },
    customerKey: 'k1',
    recordingNoticeGiven: true,
  },
  'participant-joined': {
    kind: 'participant-joined',
    participantId: 'p2',
    role: 'agent',
    staffNumber: '1001',
    leg: 'a',
  },
  'participant-left': { kind: 'participant-left', participantId: 'p2' },
  utterance: {
    kind: 'utterance',
    participantId: 'p1',
    role: 'customer',
    leg: 'c',
    segment: 3,
    revision: 2,
    final: true,
    text: '我要投诉到底 😀',
    startMs: 1_700_000_001_000,
    endMs: 1_700_000_002_500,
    language: 'zh',
  },
  'utterance-withdrawn': { kind: 'utterance-withdrawn', leg: 'c', segment: 4 },
  'call-progress': { kind: 'call-progress', step: 'warm-transfer', participantId: 'p2', target: 'q2' },
  rating: { kind: 'rating', score: 1.5, scale: 5, comment: '慢' },
  // Parsed, because in a literal `__proto__` would set the prototype instead of a key.
  metadata: { kind: 'metadata', fields: JSON.parse('{"__proto__":"x","order":"O-9"}') },
  ended: { kind: 'ended', reason: 'hung-up' },
};

export const engineBodies: Record<EngineBody['kind'], EngineBody> = {
  'time-reached': { kind: 'time-reached', reachedMs: 1_700_000_030_000 },
  takeover: { kind: 'takeover', service: 'rule-engine', owner: 'node-1', engine: 'e1' },
  checkpoint: {
    kind: 'checkpoint',
    service: 'rule-engine',
    schema: 1,
    birthOffset: 10,
    asOf: 20,
    lastOffset: 19,
    lastLogMs: 1_700_000_003_000,
    state: new Uint8Array([0, 255, 7]),
  },
  closed: { kind: 'closed', lastOffset: 21 },
};

export const score: Score = {
  kind: 'score',
  leg: 'c',
  segment: 3,
  revision: 2,
  model: 'zh-en-1-00ff',
  scores: { negative: 0.871, neutral: 0.1, positive: 0.029, anger: 0.625, offensive: 0.001 },
};

export function eventOf(body: EventBody): ConversationEvent {
  return { conversationId: about.conversationId, eventId: 'e-1', atMs: 1_700_000_002_500, body };
}

export function factOf(body: ConversationFact['body']): ConversationFact {
  return {
    ...about,
    eventId: 'e-1',
    atMs: 1_700_000_002_500,
    receivedAtMs: 1_700_000_002_600,
    source: 'voice',
    ruleSet: { epoch: 4, hash: 'abc', appliesToRunning: true },
    body,
  };
}

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
  summary,
};

export const snapshot: RecordSnapshot = {
  record: {
    ...about,
    channel: 'video',
    resumed: true,
    startedAtMs: 1,
    endedAtMs: 99,
    nowMs: 100,
    businessLine: '信用卡',
    queue: 'q1',
    skillGroup: '催收',
    externalIds: { call: '10086' },
    customerKey: 'k1',
    fields: { order: 'O-9' },
    participants: [
      { participantId: 'p1', role: 'third-party', staffNumber: '1001', leg: 'c', joinedMs: 1, leftMs: 98 },
    ],
    utterances: new Map([
      [
        'u:c:3',
        {
          participantId: 'p1',
          role: 'ivr',
          leg: 'c',
          segment: 3,
          revision: 1,
          final: true,
          withdrawn: true,
          text: '您好',
          startMs: 2,
          endMs: 3,
          receivedAtMs: 4,
          openRevisions: [{ revision: 1, text: '您', endMs: 3, receivedAtMs: 4 }],
        },
      ],
    ]),
  },
  seenEvents: new Map([['e-1', 'h1']]),
  ruleSet: { epoch: 4, hash: 'abc', appliesToRunning: true },
  laterEras: [],
  source: 'text',
  nowSetAtLogMs: 101,
};

/** Rules that changed while the conversation ran. */
export const movedSnapshot: RecordSnapshot = {
  ...snapshot,
  record: {
    ...snapshot.record,
    utterances: new Map([...snapshot.record.utterances].map(([anchor, one]) => [anchor, { ...one, era: 1 }])),
  },
  laterEras: [{ epoch: 5, hash: 'abd', fromMs: 2 }],
};

const { kind: _, ...amended } = score;
const again = { ...amended, model: 'zh-en-2-00aa' };
const other = { ...amended, segment: 4, revision: 0 };

export const scoredSnapshot: RecordSnapshot = {
  ...snapshot,
  record: {
    ...snapshot.record,
    scores: new Map([
      ['u:c:3', [amended, again]],
      ['u:c:4', [other]],
    ]),
  },
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
