import type { ConversationEvent, ConversationFact, EngineBody, EventBody, HistoryAnswer, Score } from '@earshot/model';

/** One fact of a conversation of each kind, with every field set. */

export const about = { tenant: 'bank-a', conversationId: 'call-7' };

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

export const historyAnswer: HistoryAnswer = {
  kind: 'history',
  subject: { kind: 'customer', id: 'k1' },
  cause: 77,
  knownMs: 1_700_000_002_700,
  count: 3,
  tags: [{ tag: 'shirking', count: 4 }],
  earlier: [{ conversationId: 'call-6', channel: 'chat', atMs: 1_699_999_000_000 }],
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
