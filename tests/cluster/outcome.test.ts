import type { Alert, Evidence } from '@earshot/model';
import { expect, test } from 'vitest';
import { anAlert } from '../../services/console/client/src/testing/builders.js';
import { differences, OutcomeReader } from './outcome.js';

const BEGAN = { one: 1_000_000, other: 9_000_000 };
type Change = Parameters<typeof anAlert>[0];

function said(atMs: number, segment: number): Evidence {
  const who = { leg: 'customer', participantId: 'p', role: 'customer' } as const;
  return { ...who, segment, revision: 0, startMs: atMs, endMs: atMs + 500, quote: '[MOBILE:a1] 投诉', spans: [] };
}

/** What a run says whose conversation began then. */
function outcomeOf(startedMs: number, change: Change = {}, timed: string[] = []) {
  const reader = new OutcomeReader({ startedMs: new Map([['c1', startedMs]]), timed: new Set(timed) });
  const words = { evidence: [said(startedMs, 0)], wordsAtMs: startedMs + 500, receivedAtMs: startedMs + 700 };
  const alert: Alert = anAlert({ ...change, finding: { ...words, ...change?.finding } });
  reader.alert({ kind: 'alert', alert });
  const set = {
    tenant: 't',
    conversationId: 'c1',
    life: 0,
    asOf: 1,
    summary: alert.summary,
    findings: [alert.finding],
    closing: false,
    controlEpoch: 1,
  };
  reader.case({ tenant: 't', conversationId: 'c1', body: { kind: 'standing', set } });
  return reader.outcome();
}

const compare = (change: Change) => differences(outcomeOf(BEGAN.one), outcomeOf(BEGAN.other, change));

test('the same said at another hour, with other keys in its tokens, is the same', () => {
  const evidence = [{ ...said(BEGAN.other, 0), quote: '[MOBILE:b2] 投诉' }];
  expect(compare({ finding: { evidence } })).toEqual([]);
});

test.each<[string, Change, string]>([
  ['severity', { finding: { severity: 'low' } }, 'severity'],
  ['a moment of it', { finding: { wordsAtMs: BEGAN.other + 501 } }, 'wordsAtMs'],
  ['its evidence', { finding: { evidence: [said(BEGAN.other, 1)] } }, 'evidence.0.segment'],
  ['its prompt', { finding: { prompt: { title: '', what: '', say: [], next: '' } } }, 'prompt.title'],
  ['its state', { state: 'retracted', reason: 'finding-gone' }, 'state'],
  ['who it is for', { agents: [] }, 'agents'],
])('%s told otherwise is a difference', (_, change, names) => {
  expect(compare(change).join('\n')).toContain(names);
});

test('of several utterances in one millisecond either may have come last', () => {
  const two = (startedMs: number, last: number) => {
    const evidence = [said(startedMs, 0), said(startedMs + 2_000, 1)];
    return outcomeOf(startedMs, { finding: { evidence, wordsAtMs: evidence[last]?.endMs ?? 0 } });
  };
  expect(differences(two(BEGAN.one, 0), two(BEGAN.other, 1))).toEqual([]);
});

test('an alert of time that was taken back counts as none, and only of a rule that time decides', () => {
  const gone: Change = { state: 'retracted', reason: 'finding-gone' };
  expect(outcomeOf(BEGAN.one, gone, ['r']).alerts.size).toBe(0);
  expect(outcomeOf(BEGAN.one, gone).alerts.size).toBe(1);
});
