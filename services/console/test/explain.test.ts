import { createScope } from '@earshot/kit';
import type { Alert, ConversationRecord, Finding } from '@earshot/model';
import { judgeRecord, type RuleSet, recordOf } from '@earshot/rules';
import type { Warehouse } from '@earshot/warehouse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Why } from '../src/explain/why.js';
import { signIn } from './support/page.js';
import { landConversation } from './support/past.js';
import { alertOf, fact } from './support/records.js';
import { openRules, openWarehouse } from './support/rules.js';
import { factsOf } from './support/said.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// A real engine on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FILES = {
  'a.yaml': `rules:
  - id: threat
    title: { zh: 扬言投诉, en: Threatens }
    severity: high
    roles: [customer]
    when:
      then: { first: { phrases: [退款] }, next: { phrases: [投诉, 12315] }, withinSeconds: 60 }
    unless: { phrases: [开玩笑], afterSeconds: 20 }
    prompt: { what: 客户要投诉, say: [非常抱歉], next: 先致歉 }
  - id: again
    title: { zh: 多次来电后发怒, en: Angry on a third contact }
    severity: high
    roles: [customer]
    when:
      and: [{ sentiment: { of: anger, atLeast: 0.7 } }, { history: { contacts: { atLeast: 3 } } }]
    prompt: { what: 客户第三次来电, say: [非常抱歉], next: 先致歉 }
`,
};
const NOW = Date.now();
const OPTIONS = { latenessMs: 3_000, language: 'zh' } as const;

const talk = (conversationId: string, startedAtMs = NOW - 60_000, more: string[] = []): ConversationRecord => {
  const turns = ['我要退款', '不退我就打12315投诉', ...more].map((text) => ({ role: 'customer' as const, text }));
  return { ...recordOf(turns, { conversationId, startedAtMs }), tenant: 'bank' };
};

const scope = createScope();
let world: World;
let warehouse: Warehouse;
let set: RuleSet;
let known: (hash: string) => RuleSet | undefined;

beforeAll(async () => {
  const { inForce, publisher } = await openRules(scope);
  warehouse = await openWarehouse(scope);
  await publisher.publish('bank', { files: FILES, appliesToRunning: false }, { by: 'ra', why: '新规' });
  set = inForce.ruleSet(inForce.stamp('bank')?.hash ?? '') as RuleSet;
  known = inForce.ruleSet;
  world = await openWorld({
    deps: { publisher, ruleSet: (hash) => known(hash), warehouse: () => warehouse },
  });
  scope.defer('console', () => world.close());
});
afterAll(() => scope.close());

const stamp = () => ({ epoch: 1, hash: set.hash, appliesToRunning: false });
const findingOf = (record: ConversationRecord) => judgeRecord(set, record, OPTIONS)[0] as Finding;

/** The conversation on the log, with the alert on what was found in it. */
async function happen(record: ConversationRecord, finding: Finding, state: Alert['state'] = 'raised'): Promise<void> {
  const { conversationId } = record;
  const joined = fact(conversationId, {
    kind: 'participant-joined',
    participantId: 'a1',
    role: 'agent',
    staffNumber: 'a1',
    leg: 'a',
  });
  await world.fact(joined, ...factsOf(record, stamp));
  const alert = { ...alertOf({ id: finding.id, conversationId, version: 1, state }), finding };
  await world.alert({ kind: 'alert', alert });
  const who = await signIn(world.console, 'fs');
  await until(async () => {
    const answer = await who.get(`/v1/conversations/${conversationId}`);
    const page = (answer.ok ? await answer.json() : {}) as { alerts?: object[]; transcript?: object[] };
    return page.alerts?.length === 1 && page.transcript?.length === record.utterances.size;
  }, 'the conversation');
}

async function ask(staff: string, conversationId: string, finding: string, lang = 'zh') {
  const path = `/v1/conversations/${conversationId}/explain?finding=${finding}&lang=${lang}`;
  const answer = await (await signIn(world.console, staff)).get(path);
  return { status: answer.status, body: (await answer.json()) as Why & { code?: string; publishedMs?: number } };
}

describe('why a finding stands', () => {
  test('is told with conditions, words, times and limits to whoever may read the conversation', async () => {
    const record = talk('c1');
    const finding = findingOf(record);
    await happen(record, finding);
    const { status, body } = await ask('la', 'c1', finding.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'explained',
      stands: true,
      extent: 'whole',
      ruleSetHash: set.hash,
      publishedMs: expect.any(Number),
      tree: {
        holds: true,
        children: [
          {
            condition: '先后出现（60 秒内）',
            children: [
              { holds: true, words: [{ quote: '我要退款', spans: [{ start: 2, end: 4 }] }] },
              { holds: true, words: [{ quote: '不退我就打12315投诉' }] },
            ],
          },
          { condition: '没有例外（之后 20 秒内）', holds: true },
        ],
      },
    });
    expect((await ask('a1', 'c1', finding.id, 'en')).body).toMatchObject({
      tree: { children: [{ condition: 'one after the other (within 60 s)' }, {}] },
    });
    for (const staff of ['lb', 'fn', 'a2'])
      expect([staff, (await ask(staff, 'c1', finding.id)).status]).toEqual([staff, 403]);
    expect((await ask('ra', 'c1', finding.id)).status).toBe(403);
    expect(await ask('fs', 'c1', 'nonsense')).toMatchObject({ status: 404, body: { code: 'alert-unknown' } });
    expect(await ask('fs', 'nowhere', finding.id)).toMatchObject({ status: 404 });
  });

  test('of one that was taken back names the excuse', async () => {
    const finding = findingOf(talk('c2'));
    await happen(talk('c2', NOW - 60_000, ['开玩笑的']), finding, 'retracted');
    expect((await ask('fs', 'c2', finding.id)).body).toMatchObject({
      state: 'explained',
      stands: false,
      tree: { holds: false, children: [{}, { holds: false, children: [{ words: [{ quote: '开玩笑的' }] }] }] },
    });
  });

  test('is asked for again while the rules are being read, and said to be unknown where they are gone', async () => {
    const record = talk('c3');
    const finding = findingOf(record);
    await happen(record, { ...finding, ruleSetHash: 'gone' });
    const before = known;
    known = () => undefined;
    expect((await ask('fs', 'c1', findingOf(talk('c1')).id)).body).toMatchObject({ state: 'compiling' });
    known = before;
    expect((await ask('fs', 'c3', finding.id)).body).toMatchObject({
      state: 'unknown',
      why: 'rule-set',
      ruleSetHash: 'gone',
    });
  });
});

describe('a conversation of the past', () => {
  const record = talk('old', NOW - 26 * 3_600_000);
  test('shows what stood in it, marks the words, and explains it by the rules of that time', async () => {
    const finding = findingOf(record);
    await landConversation(warehouse, record, finding);
    const lead = await signIn(world.console, 'la');
    const page = (await (await lead.get('/v1/conversations/old')).json()) as {
      findings: { id: string; title: string }[];
      transcript: { hits: { ruleId: string }[] }[];
    };
    expect(page.findings).toMatchObject([{ id: finding.id, title: '扬言投诉', ruleId: 'threat' }]);
    expect(page.transcript.map((line) => line.hits.map((hit) => hit.ruleId))).toEqual([['threat'], ['threat']]);
    const { body } = await ask('la', 'old', finding.id);
    expect(body).toMatchObject({ state: 'explained', stands: true, extent: 'past', tree: { holds: true } });
    expect((await ask('lb', 'old', finding.id)).status).toBe(403);
  });

  test('keeps what was felt and what was known of the customer: a verdict on both is explained, and lines bear scores', async () => {
    const turns = [
      { role: 'customer' as const, text: '又是我', scores: { anger: 0.2, negative: 0.3 } },
      { role: 'customer' as const, text: '你们到底管不管', scores: { anger: 0.913, negative: 0.8 } },
    ];
    const subject = { kind: 'customer', id: 'k' } as const;
    const tags = [{ tag: 'crisis', count: 2 }];
    const earlier = [{ conversationId: 'before', channel: 'voice' as const, atMs: NOW - 9_000 }];
    const felt: ConversationRecord = {
      ...recordOf(turns, { conversationId: 'felt', startedAtMs: NOW - 28 * 3_600_000 }),
      tenant: 'bank',
      history: new Map([['customer:k', { subject, cause: 4, knownMs: 9, count: 3, tags, earlier }]]),
    };
    const finding = findingOf(felt);
    expect(finding.ruleId).toBe('again');
    await landConversation(warehouse, felt, finding);
    const { body } = await ask('la', 'felt', finding.id);
    expect(body).toMatchObject({ state: 'explained', stands: true, extent: 'past', tree: { holds: true } });
    expect(JSON.stringify(body)).toContain('0.913');
    const lines = async (staff: string) => {
      const answer = await (await signIn(world.console, staff)).get('/v1/conversations/felt');
      return ((await answer.json()) as { transcript: { scores?: object }[] }).transcript.map((line) => line.scores);
    };
    expect(await lines('la')).toEqual([
      { negative: 0.3, anger: 0.2 },
      { negative: 0.8, anger: 0.913 },
    ]);
    // An agent is not shown what a model felt in the own conversation.
    expect(await lines('a1')).toEqual([undefined, undefined]);
  });

  test('that was judged by something else than its archived words gets no tree', async () => {
    const other = talk('other', NOW - 27 * 3_600_000);
    const finding = findingOf(other);
    const evidence = finding.evidence.map((one) => ({ ...one, revision: 3 }));
    await landConversation(warehouse, other, { ...finding, evidence });
    expect((await ask('la', 'other', finding.id)).body).toMatchObject({ state: 'unknown', why: 'differs' });
  });
});
