import type { Alert } from '@earshot/model';
import type { ConversationRow, TranscriptLine } from '@earshot/wire/live';
import type { Me } from '../live/state.js';

/** Small whole things for tests; each takes only what the test is about. */
export const ME: Me = { staffNumber: '20001', name: '李主管', roles: ['floor-supervisor'] };

export function anAlert(over: Partial<Omit<Alert, 'finding'>> & { finding?: Partial<Alert['finding']> } = {}): Alert {
  const { finding, ...rest } = over;
  const id = rest.id ?? 'a1';
  return {
    id,
    tenant: 't',
    conversationId: 'c1',
    version: { offset: 10, index: 0 },
    state: 'raised',
    summary: { channel: 'voice', externalIds: {}, agents: ['10001'] },
    agents: ['10001'],
    interrupting: true,
    history: false,
    shownTo: [],
    timeline: { spokenMs: 1000 },
    reason: 'finding',
    ...rest,
    finding: {
      id,
      ruleId: 'r',
      anchor: 'u:customer:1',
      severity: 'high',
      points: 5,
      evidence: [],
      wordsAtMs: 1000,
      receivedAtMs: 1010,
      provisional: false,
      ruleSetHash: 'h',
      prompt: { title: '要求主管接听', what: '客户要求主管接听。', say: ['好的。'], next: '转接。' },
      tags: [],
      ...finding,
    },
  };
}

export function aRow(over: Partial<ConversationRow> = {}): ConversationRow {
  return {
    conversationId: 'c1',
    channel: 'voice',
    externalIds: {},
    agents: ['10001'],
    lastAtMs: 1000,
    utterances: 1,
    openAlerts: 0,
    ...over,
  };
}

export function aLine(over: Partial<TranscriptLine> = {}): TranscriptLine {
  return {
    leg: 'customer',
    segment: 0,
    revision: 0,
    final: true,
    withdrawn: false,
    participantId: 'p',
    role: 'customer',
    text: '你好',
    startMs: 0,
    endMs: 500,
    hits: [],
    ...over,
  };
}
