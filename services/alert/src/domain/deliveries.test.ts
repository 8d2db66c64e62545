import type { Emission } from '@earshot/log/fold';
import {
  type AlertState as AlertWord,
  type DeliveryDue,
  type DeliveryResult,
  deliveryId,
  type Finding,
  type Route,
} from '@earshot/model';
import { decodeDeliveryFact, encodeCaseFact, TOPICS } from '@earshot/wire';
import { expect, test } from 'vitest';
import { alertDefinition } from './definition.js';

const ABOUT = { tenant: 't', conversationId: 'c' };

function routeTo(id: string, more: Partial<Route> = {}): Route {
  return { id, url: '', secrets: [], severities: ['high'], content: 'reference', ...more };
}

/** One conversation in the fold; routes by epoch. */
class Case {
  offset = 0;
  readonly definition;
  readonly state;

  constructor(routes: Record<number, Route[]>, raises = (_finding: Finding) => true) {
    this.definition = alertDefinition({
      raises,
      timeToLiveMs: 60_000,
      lingerMs: 1,
      idleMs: 2,
      expireAfterMs: 3,
      routing: {
        known: (epoch) => epoch in routes,
        at: (_tenant, epoch) => ({ routes: routes[epoch] ?? [], unitsOf: () => ['own', 'above'] }),
      },
    });
    this.state = this.definition.open('t|c', this.set([], 1), this.at());
  }

  hears(findings: Finding[], controlEpoch = 1): string[] {
    this.offset++;
    return this.does(this.set(findings, controlEpoch));
  }

  /** A person claims or resolves. */
  acts(action: { kind: 'claim' } | { kind: 'release' } | { kind: 'seen' }, controlEpoch = 1): string[] {
    this.offset++;
    const alertId = this.state.entries.at(-1)?.alert.id ?? '';
    const done = { ...ABOUT, alertId, actionId: `x${this.offset}`, by: '2', atMs: 1, controlEpoch, action };
    return this.does({ ...ABOUT, body: { kind: 'action', action: done } });
  }

  result(more: Partial<DeliveryResult>): string[] {
    this.offset++;
    const alertId = this.state.entries.at(-1)?.alert.id ?? '';
    const result: DeliveryResult = {
      id: 'd',
      conversationId: 'c',
      alertId,
      channel: 'webhook',
      recipient: 'crm',
      operation: 'raised',
      cause: { offset: 1, index: 0 },
      status: 'sent',
      code: 'http-204',
      atMs: 5,
      attempts: 1,
      controlEpoch: 1,
      ...more,
    };
    return this.does({ ...ABOUT, body: { kind: 'delivery', result } });
  }

  /** The conversation has ended. */
  ends(findings: Finding[]): string[] {
    this.offset++;
    const { body } = this.set(findings, 1);
    return this.does({ ...ABOUT, body: { ...body, set: { ...body.set, closing: true } } });
  }

  /** The time for which the fold asked has come. */
  waits(): string[] {
    this.offset++;
    const { reachedMs } = this.definition.nextTime(this.state) ?? { reachedMs: Number.NaN };
    this.definition.reachTime(this.state, reachedMs, this.at());
    return namesOf(this.definition.emit(this.state, this.at(), 'change'));
  }

  takeover(): string[] {
    return namesOf(this.definition.emit(this.state, this.at(), 'takeover'));
  }

  dues: DeliveryDue[] = [];

  private does(fact: Parameters<typeof this.definition.apply>[1]): string[] {
    this.definition.apply(this.state, fact, this.at());
    const emissions = this.definition.emit(this.state, this.at(), 'change');
    this.dues = duesOf(emissions).map(({ due }) => due);
    return namesOf(emissions);
  }

  private at() {
    return { offset: this.offset, logMs: 10_000, life: 0 };
  }

  private set(findings: Finding[], controlEpoch: number) {
    const summary = { channel: 'voice' as const, externalIds: {}, agents: ['10001'] };
    const set = { ...ABOUT, life: 0, asOf: this.offset, findings, summary, closing: false, controlEpoch };
    return { ...ABOUT, body: { kind: 'standing' as const, set } };
  }
}

function duesOf(emissions: readonly Emission[]) {
  return emissions.flatMap(({ topic, value }) => {
    if (topic !== TOPICS.deliveries) return [];
    const { recipient, body } = decodeDeliveryFact(value);
    return body.kind === 'due' ? [{ recipient, due: body }] : [];
  });
}

function namesOf(emissions: readonly Emission[]): string[] {
  return duesOf(emissions).map(({ recipient, due }) => `${recipient} ${due.operation}`);
}

function finding(id: string, segment = 1, more: Partial<Finding> = {}): Finding {
  const words = { leg: 'a', segment, revision: 0, participantId: 'a', role: 'agent' as const };
  return {
    id,
    ruleId: 'r',
    anchor: id,
    severity: 'high',
    points: 0,
    evidence: [{ ...words, startMs: 1, endMs: 2, quote: 'CANARY', spans: [] }],
    wordsAtMs: 9_000,
    receivedAtMs: 9_100,
    provisional: false,
    ruleSetHash: 'h',
    prompt: { title: 'title', what: 'w', say: [], next: 'n' },
    tags: [],
    ...more,
  };
}

const CRM = { 1: [routeTo('crm')] };

test('each change of state is due once; being seen or fed back is not', () => {
  const one = new Case(CRM);
  expect(one.hears([finding('f')])).toEqual(['crm raised']);
  expect(one.hears([finding('f', 1, { points: 3 })])).toEqual([]);
  expect(one.acts({ kind: 'seen' })).toEqual([]);
  expect(one.acts({ kind: 'claim' })).toEqual(['crm claimed']);
  expect(one.acts({ kind: 'release' })).toEqual(['crm raised']);
  expect(one.hears([])).toEqual(['crm retracted']);
});

test('the same change has the same name for every owner, another change another', () => {
  const [one, other] = [new Case(CRM), new Case(CRM)];
  for (const each of [one, other]) each.hears([finding('f')]);
  expect(one.dues[0]?.id).toBe(other.dues[0]?.id);
  expect(one.dues[0]?.id).toBe(
    deliveryId({ alertId: 'f', channel: 'webhook', recipient: 'crm' }, 'raised', { offset: 1, index: 0 }),
  );
  one.hears([]);
  one.hears([finding('f')]);
  expect(one.dues[0]).toMatchObject({ operation: 'raised' });
  expect(one.dues[0]?.id).not.toBe(other.dues[0]?.id);
});

test('words leave only by a route that allows them, and only the own unit is named', () => {
  const one = new Case({ 1: [routeTo('crm'), routeTo('qa', { content: 'masked-evidence' })] });
  one.hears([finding('f')]);
  expect(one.dues.map(({ content }) => content.evidence.length)).toEqual([0, 1]);
  expect(one.dues[0]?.content.units).toEqual(['own']);
  expect(JSON.stringify(one.dues[0])).not.toContain('CANARY');
});

test('routes count as of the epoch that the record carries; who was told hears the end whatever they say now', () => {
  const one = new Case({ 1: [routeTo('crm')], 2: [routeTo('bi')] });
  expect(one.hears([finding('f')], 1)).toEqual(['crm raised']);
  expect(one.acts({ kind: 'claim' }, 2)).toEqual(['crm claimed', 'bi claimed']);
  expect(one.hears([], 2)).toEqual(['crm retracted', 'bi retracted']);
});

test('a record whose writer knew newer routes waits for them', () => {
  const { definition } = new Case(CRM);
  const value = (controlEpoch: number) => {
    const summary = { channel: 'voice' as const, externalIds: {}, agents: [] };
    const set = { ...ABOUT, life: 0, asOf: 1, findings: [], summary, closing: false, controlEpoch };
    return encodeCaseFact({ ...ABOUT, body: { kind: 'standing', set } });
  };
  const decode = (epoch: number) =>
    definition.decode({ topic: '', partition: 0, offset: 0, key: '', value: value(epoch), timestampMs: 0 }).kind;
  expect([decode(1), decode(9)]).toEqual(['fact', 'wait']);
});

test('a new owner makes due again what has no result, and nothing else', () => {
  const one = new Case({ 1: [routeTo('crm'), routeTo('bi')] });
  one.hears([finding('f')]);
  one.result({ recipient: 'crm' });
  expect(one.takeover()).toEqual(['bi raised']);
});

test('a result stands on the alert; one of an earlier operation changes nothing', () => {
  const one = new Case(CRM);
  one.hears([finding('f')]);
  one.acts({ kind: 'claim' });
  expect(one.result({})).toEqual([]);
  expect(one.state.entries[0]?.alert.deliveries).toMatchObject([{ operation: 'claimed', status: 'due' }]);
  one.result({ operation: 'claimed', cause: { offset: 2, index: 0 }, status: 'failed', code: 'http-503' });
  expect(one.state.entries[0]?.alert.deliveries).toMatchObject([{ status: 'failed', code: 'http-503', doneMs: 5 }]);
});

test.each<[string, AlertWord, string[]]>([
  ['of what no longer stands', 'raised', ['crm retracted']],
  ['that is already what is true', 'retracted', []],
])('a result nobody expected counts as told: %s', (_what, operation, due) => {
  const one = new Case({ 1: [] });
  one.hears([finding('f')]);
  one.hears([]);
  expect(one.result({ operation, cause: { offset: 2, index: 0 } })).toEqual(due);
});

test('what is kept silent and turns out to have been sent is an alert from there on', () => {
  const one = new Case(CRM, () => false);
  expect(one.hears([finding('f')])).toEqual([]);
  expect(one.result({ recipient: 'gone-from-routes' })).toEqual(['crm raised']);
  expect(one.hears([])).toEqual(['gone-from-routes retracted', 'crm retracted']);
});

test('an alert whose anchor moved takes its recipients along, whatever the routes say now', () => {
  const one = new Case({ 1: [routeTo('crm')], 2: [] });
  one.hears([finding('f')], 1);
  expect(one.hears([finding('g')], 2)).toEqual(['crm raised', 'crm retracted']);
  expect(one.dues[0]).toMatchObject({ alertId: 'g', content: { continues: 'f' } });
});

test('what nobody closed expires while its case is still there to write down what its receivers answer', () => {
  const one = new Case(CRM);
  one.ends([finding('f')]);
  one.result({});
  expect(one.definition.nextTime(one.state)).toEqual({ reachedMs: 10_003, appendFromLogMs: 10_003 });
  expect(one.waits()).toEqual(['crm expired']);
  expect(one.state.entries[0]?.alert).toMatchObject({ state: 'expired', reason: 'expired' });
  expect(one.definition.nextTime(one.state)).toBeUndefined();
  expect(one.definition.closeAfterMs(one.state)).toBe(3);
  one.result({ operation: 'expired', cause: { offset: 3, index: 0 } });
  expect(one.state.entries[0]?.alert.deliveries).toMatchObject([{ operation: 'expired', status: 'sent' }]);
  expect(one.definition.closeAfterMs(one.state)).toBe(1);
});

test('a time that was asked for before somebody acted expires nothing', () => {
  const one = new Case(CRM);
  one.ends([finding('f')]);
  const asked = one.definition.nextTime(one.state)?.reachedMs ?? 0;
  one.state.heardMs += 1;
  expect(one.definition.reachTime(one.state, asked, { offset: 9, logMs: asked, life: 0 })).toEqual({
    kind: 'repeated',
  });
  expect(one.state.entries[0]?.alert.state).toBe('raised');
});

test('a case stays until its receivers have answered', () => {
  const one = new Case(CRM);
  one.hears([finding('f')]);
  one.hears([]);
  one.state.closing = true;
  expect(one.definition.closeAfterMs(one.state)).toBe(3);
  one.result({ operation: 'retracted', cause: { offset: 2, index: 0 } });
  expect(one.definition.closeAfterMs(one.state)).toBe(1);
});
