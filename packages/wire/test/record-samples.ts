import type { RecordSnapshot } from '../src/index.js';
import { about, historyAnswer, score } from './conversation-samples.js';

/** What a conversation's checkpoint keeps, with every field set. */

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

const { kind: _kind, ...counted } = historyAnswer;

export const countedSnapshot: RecordSnapshot = {
  ...snapshot,
  record: {
    ...snapshot.record,
    history: new Map([
      ['agent:1001', { ...counted, subject: { kind: 'agent', id: '1001' } }],
      ['customer:k1', counted],
    ]),
  },
};
