import {
  type Alert,
  type CaseAction,
  type Finding,
  findingId,
  type StandingSet,
  utteranceAnchor,
} from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { applyAction } from './apply-action.js';
import { type AlertState, applyStanding } from './apply-standing.js';
import { alertDefinition } from './definition.js';

const POLICY = { timeToLiveMs: 60_000, raises: (finding: Finding) => finding.severity !== 'low' };
const definition = alertDefinition({ ...POLICY, lingerMs: 1, idleMs: 1, expireAfterMs: 1 });

class Case {
  readonly state: AlertState = definition.open(
    't|c',
    { tenant: 't', conversationId: 'c', body: setOf(0, []) },
    place(0),
  );
  offset = 0;

  /** A standing set arrives; returns the alerts it changed. */
  hears(findings: Finding[], more: Partial<StandingSet> = {}): Alert[] {
    this.state.changed = [];
    applyStanding(this.state, { ...setOf(++this.offset, findings).set, ...more }, place(this.offset), POLICY);
    return this.state.changed;
  }

  does(by: string, alertId: string, action: CaseAction, actionId = `a${this.offset}`): Alert[] {
    this.state.changed = [];
    this.offset++;
    const done = { tenant: 't', conversationId: 'c', alertId, actionId, by, atMs: 5, controlEpoch: 1, action };
    applyAction(this.state, done, place(this.offset));
    return this.state.changed;
  }

  get alerts(): Alert[] {
    return this.state.entries.map((entry) => entry.alert);
  }
}

function setOf(asOf: number, findings: Finding[]) {
  const summary = { channel: 'voice' as const, externalIds: {}, agents: ['10001'] };
  const set: StandingSet = {
    tenant: 't',
    conversationId: 'c',
    life: 1,
    asOf,
    findings,
    summary,
    closing: false,
    controlEpoch: 1,
  };
  return { kind: 'standing' as const, set };
}

function place(offset: number) {
  return { offset, logMs: 10_000, life: 0 };
}

function finding(segment: number, more: Partial<Finding> = {}): Finding {
  const anchor = utteranceAnchor('customer', segment);
  const words = { leg: 'customer', segment, revision: 0, participantId: 'c', role: 'customer' as const };
  return {
    id: findingId('t', 'c', 'threat', anchor),
    ruleId: 'threat',
    anchor,
    severity: 'high',
    points: 0,
    evidence: [{ ...words, startMs: 0, endMs: 9_000, quote: '', spans: [] }],
    wordsAtMs: 9_000,
    receivedAtMs: 9_100,
    provisional: false,
    ruleSetHash: 'h',
    prompt: { title: 't', what: 'w', say: [], next: 'n' },
    tags: [],
    ...more,
  };
}

describe('what stands is alerted', () => {
  test('a finding raises one alert, its end takes it back, its return raises the same one', () => {
    const call = new Case();
    const [raised] = call.hears([finding(1)]);
    expect(raised).toMatchObject({ state: 'raised', interrupting: true, reason: 'finding', agents: ['10001'] });
    expect(call.hears([])).toMatchObject([{ id: raised?.id, state: 'retracted' }]);
    expect(call.hears([finding(1)])).toMatchObject([{ id: raised?.id, state: 'raised', reason: 'finding-again' }]);
  });

  test('a set that says nothing new changes nothing, and an older one is dropped', () => {
    const call = new Case();
    call.hears([finding(1)]);
    expect(call.hears([finding(1)])).toEqual([]);
    expect(call.hears([], { asOf: 0 })).toEqual([]);
    expect(call.alerts).toMatchObject([{ state: 'raised' }]);
  });

  test('low is only stored, medium waits, high interrupts; old words interrupt nobody', () => {
    const call = new Case();
    expect(call.hears([finding(1, { severity: 'low' })])).toEqual([]);
    expect(call.hears([finding(2, { severity: 'medium' })])).toMatchObject([{ interrupting: false, history: false }]);
    expect(call.hears([finding(3, { wordsAtMs: -60_000 })])[0]).toMatchObject({ interrupting: false, history: true });
  });

  test('an alert that moves to an earlier word keeps its claim and who saw it, and says what it continues', () => {
    const call = new Case();
    const old = finding(5);
    const [raised] = call.hears([old]);
    call.does('10001', old.id, { kind: 'delivered' });
    call.does('20001', old.id, { kind: 'claim' });
    const moved = finding(2, { evidence: [...finding(2).evidence, ...old.evidence] });
    const changed = call.hears([moved]);
    expect(changed.find((alert) => alert.id === moved.id)).toMatchObject({
      state: 'claimed',
      claimedBy: '20001',
      shownTo: ['10001'],
      continues: raised?.id,
    });
    expect(changed.find((alert) => alert.id === old.id)).toMatchObject({ state: 'retracted', reason: 'moved' });
    expect(call.does('20001', old.id, { kind: 'resolve', outcome: 'rescued' })).toMatchObject([
      { id: moved.id, state: 'resolved' },
    ]);
  });

  test('what one set brings is raised in the order in which it was said', () => {
    const call = new Case();
    const said = [4, 1, 3, 5, 2].map((segment) => finding(segment, { wordsAtMs: 8_000 + segment }));
    const raised = call.hears(said).map((alert) => [alert.finding.wordsAtMs - 8_000, alert.version.index]);
    expect(raised).toEqual([1, 2, 3, 4, 5].map((segment, index) => [segment, index]));
  });

  test('versions are the place in the log, one index a change', () => {
    const call = new Case();
    expect(call.hears([finding(1), finding(2)]).map((alert) => alert.version)).toEqual([
      { offset: 1, index: 0 },
      { offset: 1, index: 1 },
    ]);
  });

  test('a set of another life adds, but takes nothing back', () => {
    const call = new Case();
    call.hears([finding(1)]);
    call.hears([finding(2)], { life: 9 });
    expect(call.alerts.map((alert) => alert.state)).toEqual(['raised', 'raised']);
    call.hears([], { life: 9 });
    expect(call.alerts.map((alert) => alert.state)).toEqual(['raised', 'retracted']);
  });
});

describe('what is not alerted', () => {
  const low = finding(1, { severity: 'low' });

  test('comes and goes without a word', () => {
    const call = new Case();
    expect(call.hears([low])).toEqual([]);
    expect(call.hears([])).toEqual([]);
  });

  test('becomes an alert once it turns out that somebody has been shown it, and then leaves by retraction', () => {
    const call = new Case();
    call.hears([low]);
    expect(call.does('10001', low.id, { kind: 'delivered' })).toMatchObject([
      { id: low.id, state: 'raised', shownTo: ['10001'] },
    ]);
    expect(call.hears([])).toMatchObject([{ id: low.id, state: 'retracted' }]);
  });

  test('is told as retracted if it turns out only afterwards that somebody has been shown it', () => {
    const call = new Case();
    call.hears([low]);
    call.hears([]);
    expect(call.does('10001', low.id, { kind: 'delivered' })).toMatchObject([
      { id: low.id, state: 'retracted', shownTo: ['10001'] },
    ]);
  });
});

describe('what people do', () => {
  test('the first claim wins, the holder may give it back', () => {
    const call = new Case();
    const { id } = finding(1);
    call.hears([finding(1)]);
    expect(call.does('20001', id, { kind: 'claim' })).toMatchObject([{ claimedBy: '20001' }]);
    expect(call.does('20002', id, { kind: 'claim' })).toEqual([]);
    expect(call.does('20002', id, { kind: 'release' })).toEqual([]);
    expect(call.does('20001', id, { kind: 'release' })[0]).toMatchObject({ state: 'raised' });
    expect(call.does('20002', id, { kind: 'claim' })).toMatchObject([{ claimedBy: '20002' }]);
  });

  test('resolved stays resolved, also when the finding goes and comes back', () => {
    const call = new Case();
    const { id } = finding(1);
    call.hears([finding(1)]);
    call.does('20001', id, { kind: 'resolve', outcome: 'false-alarm' });
    call.hears([]);
    call.hears([finding(1)]);
    expect(call.alerts).toMatchObject([{ state: 'resolved', outcome: 'false-alarm' }]);
  });

  test('a repeated action changes nothing', () => {
    const call = new Case();
    const { id } = finding(1);
    call.hears([finding(1)]);
    call.does('20001', id, { kind: 'claim' }, 'same');
    expect(call.does('20001', id, { kind: 'claim' }, 'same')).toEqual([]);
  });
});
