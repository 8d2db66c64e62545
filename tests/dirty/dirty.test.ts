import { create as createAlert } from '@earshot/alert';
import { createMetrics, createScope, silentLogger } from '@earshot/kit';
import { openEmbeddedLog } from '@earshot/log/embedded';
import type { Alert, ConversationFact, EventBody, Finding, StandingSet } from '@earshot/model';
import { conversationKey, deriveId } from '@earshot/model';
import { create as createRuleEngine } from '@earshot/rule-engine';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { compileRuleSet, judgeRecord } from '@earshot/rules';
import { decodeAlertRecord, decodeCaseFact, encodeConversationFact, TOPICS } from '@earshot/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/product.js';
import { endOf, makeScript, type Script } from './script.js';

const SEEDS = process.env['EARSHOT_TEST_ALL'] ? 500 : 50;
const LATENESS_MS = 3_000;
const scope = createScope();
const compiled = compileRuleSet(loadStarterRulebook());
if (!compiled.ok) throw new Error('the starter rules do not compile');
const { ruleSet } = compiled;
const scripts = new Map<number, Script>();
const standing = new Map<string, StandingSet>();
const alerts = new Map<string, Alert>();

beforeAll(async () => {
  const topics = Object.fromEntries(Object.values(TOPICS).map((name) => [name, { partitions: 2 }]));
  const log = await openEmbeddedLog({ dir: temporaryFolder(scope, 'dirty'), topics });
  scope.defer('log', () => log.close());
  const deps = { log, logger: silentLogger(), metrics: createMetrics(), onFatal: fail };
  const engine = scope.use(
    'rule engine',
    await createRuleEngine({ ...deps, ruleSet: () => ruleSet, controlEpoch: () => 1 }),
  );
  const alert = scope.use('alert', await createAlert(deps));

  const startMs = log.clock() - 60_000;
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const script = makeScript(seed, `call-${seed}`, startMs);
    scripts.set(seed, script);
    for (const way of ['clean', 'dirty'] as const) {
      await log.append(script[way].map((body) => entry(way, `call-${seed}`, body, startMs, endOf(script.record))));
    }
  }
  await engine.caughtUp();
  await alert.caughtUp();

  for (let partition = 0; partition < 2; partition += 1) {
    for (const { value } of await log.read(TOPICS.cases, partition, 0, 1_000_000)) {
      const { body } = decodeCaseFact(value);
      if (body.kind === 'standing') standing.set(`${body.set.tenant} ${body.set.conversationId}`, body.set);
    }
    for (const { value } of await log.read(TOPICS.alerts, partition, 0, 1_000_000)) {
      const record = decodeAlertRecord(value);
      if (record.kind === 'alert') alerts.set(record.alert.id, record.alert);
    }
  }
});
afterAll(() => scope.close());

function fail(error: Error): never {
  throw error;
}

function entry(tenant: string, conversationId: string, body: EventBody, startMs: number, endMs: number) {
  const atMs = body.kind === 'utterance' ? body.endMs : body.kind === 'ended' ? endMs : startMs;
  const eventId = deriveId('dirty', JSON.stringify(body));
  const stamp = { epoch: 1, hash: ruleSet.hash, appliesToRunning: false };
  const fact: ConversationFact = {
    tenant,
    conversationId,
    eventId,
    atMs,
    receivedAtMs: atMs,
    source: 'voice',
    ruleSet: stamp,
    body,
  };
  return {
    topic: TOPICS.conversations,
    key: conversationKey(tenant, conversationId),
    value: encodeConversationFact(fact),
  };
}

/** A verdict without the names of tenant and call, which differ on purpose. */
function verdicts(findings: readonly Finding[]) {
  const plain = findings.map(({ ruleId, anchor, severity, wordsAtMs, provisional, evidence }) => {
    return { ruleId, anchor, severity, wordsAtMs, provisional, evidence };
  });
  return plain.sort((a, b) => (`${a.ruleId} ${a.anchor}` < `${b.ruleId} ${b.anchor}` ? -1 : 1));
}

const standingOf = (way: string, seed: number) => verdicts(standing.get(`${way} call-${seed}`)?.findings ?? []);

function openAlerts(way: string, seed: number): string[] {
  const mine = [...alerts.values()].filter((one) => one.tenant === way && one.conversationId === `call-${seed}`);
  return mine
    .filter((one) => one.state === 'raised')
    .map(({ finding }) => `${finding.ruleId} ${finding.anchor}`)
    .sort();
}

test(`${SEEDS} calls, repeated, reordered, late and revised, end in the same findings and alerts as clean ones`, () => {
  let found = 0;
  for (const [seed, { dirty, clean }] of scripts) {
    expect(dirty.length).toBeGreaterThan(clean.length);
    expect(standingOf('dirty', seed), `seed ${seed}`).toEqual(standingOf('clean', seed));
    expect(openAlerts('dirty', seed), `seed ${seed}`).toEqual(openAlerts('clean', seed));
    found += standingOf('clean', seed).length;
  }
  expect(found).toBeGreaterThan(SEEDS * 3);
});

test('what stands after the call is what judging the final record once says', () => {
  for (const [seed, { record }] of scripts) {
    const judged = verdicts(judgeRecord(ruleSet, record, { latenessMs: LATENESS_MS }));
    expect(standingOf('dirty', seed), `seed ${seed}`).toEqual(judged);
  }
});

test('planted: a correction that is dropped is seen', () => {
  const last = [...scripts.values()].find(
    ({ record }) => judgeRecord(ruleSet, record, { latenessMs: LATENESS_MS }).length > 0,
  );
  if (!last) throw new Error('no call with findings');
  const before = verdicts(judgeRecord(ruleSet, last.record, { latenessMs: LATENESS_MS }));
  const { leg, segment } = before[0]?.evidence[0] ?? { leg: 'agent', segment: 0 };
  const changed = { ...last.record, utterances: new Map(last.record.utterances) };
  changed.utterances.delete(`u:${leg}:${segment}`);
  expect(verdicts(judgeRecord(ruleSet, changed, { latenessMs: LATENESS_MS }))).not.toEqual(before);
});
