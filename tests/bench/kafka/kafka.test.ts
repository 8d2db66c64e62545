import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createScope } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { Chance } from '@earshot/testkit';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freshNamespace, kafkaSuite, sharedBroker, useSharedBroker } from '../../kafka/support.js';
import { temporaryFolder } from '../../support/product.js';
import { readTexts } from '../lib/corpus.js';
import { planner } from '../lib/load-plan.js';
import { type Running, runStep, type StepResult } from '../lib/load-step.js';
import { offer, quantile } from '../lib/offer.js';
import { choosePart, definePart } from '../lib/part.js';
import { runBaseline } from '../lib/run-baseline.js';
import { spokenFact } from '../lib/spoken-facts.js';
import { writeRules } from '../lib/write-rules.js';
import { everyWord, runBareHops } from './bare-hops.js';
import { exchangeStore, onKafka } from './baseline-on-kafka.js';
import { type DeskSteps, reportDesk } from './desk-report.js';
import { openPublishers } from './publishers.js';

const texts = readTexts(new Chance(7)).slice(0, 500);
const rules = writeRules(new Chance(3), texts, 40);
const desks = ['a', 'b'];

const nameOf = ({ key, value }: { key: string; value: Uint8Array }) =>
  `${key} ${Buffer.from(value).toString('base64')}`;

function talk(name: string) {
  const asked = { name, seed: 5, ratePerSecond: 60, seconds: 1, conversations: 10, share: 0.5 };
  return planner(rules)({ ...asked, desks, texts, rules });
}

describe('a bench of several parts', () => {
  const one = definePart({
    says: 'one',
    flags: { rounds: { default: 3, says: 'of it' } },
    run: async () => ({ tables: [], targets: [], notes: [] }),
  });

  test('runs the part that is named, with its numbers', () => {
    const choice = choosePart('b', { one }, ['one', '--rounds', '7', '--json']);
    expect(choice).toMatchObject({ run: true, asked: { rounds: 7 }, json: true });
    expect(choosePart('b', { one }, ['one'])).toMatchObject({ run: true, asked: { rounds: 3 }, json: false });
  });

  test.each([[['two']], [['one', '--wrong', '1']], [['one', '--rounds', 'many']], [['toString']]])(
    'asked wrongly it says how to ask, and fails: %j',
    (argv) => {
      const choice = choosePart('b', { one }, argv);
      expect(choice).toMatchObject({ run: false, exitCode: 2 });
      expect(choice).toHaveProperty('lines', expect.arrayContaining([expect.stringContaining('--rounds')]));
    },
  );

  test.each([[[]], [['--help']], [['one', '--help']]])('asked for help it is no failure: %j', (argv) => {
    expect(choosePart('b', { one }, argv)).toMatchObject({ run: false, exitCode: 0 });
  });
});

test('work that is offered is waited for from when it was due, and what fails is counted apart', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const work = (n: number) => {
    if (n === 9) release();
    return n === 0 ? Promise.reject(new Error('no')) : held;
  };
  const { done, failed, waitsMs } = await offer(work, 1_000, 0.01);
  expect({ done, failed }).toEqual({ done: 9, failed: 1 });
  // The first that was held has waited for as long as the others were late.
  expect(Math.max(...waitsMs)).toBeGreaterThanOrEqual(7.9);
});

test('a quantile is one of the values', () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([3, 1, 2], 0.99)).toBe(3);
});

test('a quicker desk that has lost an alert has missed its target', () => {
  const step = (p50: number, p99: number, lost = 0): StepResult => ({
    ...{ ratePerSecond: 25, toDeskMs: { count: 9, p50, p99, max: p99 }, lost, carried: lost === 0 },
    ...{ unexpected: 0, unacknowledged: 0, senderLateMs: 0 },
  });
  const verdicts = (steps: DeskSteps) => reportDesk(steps, { low: 25, high: 2_000 }).targets.map(({ met }) => met);
  const hops = [step(10, 20)];
  expect(verdicts({ hops, ours: [step(12, 20)], oursAtHigh: [step(20, 60)] })).toEqual([true, true]);
  expect(verdicts({ hops, ours: [step(13, 20)], oursAtHigh: [step(20, 61)] })).toEqual([false, false]);
  expect(verdicts({ hops, ours: [step(12, 20)], oursAtHigh: [step(20, 60), step(9, 9, 1)] })).toEqual([true, false]);
  expect(verdicts({ hops, ours: [step(2, 20, 1)], oursAtHigh: [step(20, 60)] })).toEqual([false, false]);
});

test('of the frozen baseline nothing but the store is exchanged, and a baseline without it ends the bench', () => {
  const path = fileURLToPath(new URL('../baseline/main.ts', import.meta.url));
  const frozen = readFileSync(path, 'utf8').split('\n');
  const exchanged = exchangeStore(path, frozen.join('\n')).split('\n');
  const changed = exchanged.filter((line, i) => line !== frozen[i]);
  expect(changed).toEqual([expect.stringContaining('store-on-kafka.ts')]);
  expect(() => exchangeStore(path, 'nothing')).toThrow('opens its store in another way');
  expect(exchangeStore('other.ts', 'nothing')).toBe('nothing');
});

const { title, skip } = await kafkaSuite('over Kafka the other sides', 'test:all');

describe.skipIf(skip)(title, () => {
  let scope = createScope();
  beforeAll(useSharedBroker);
  afterEach(async () => {
    await scope.close(20_000);
    scope = createScope();
  });

  test('publish what we publish', async () => {
    const namespace = freshNamespace();
    const { ours, theirs } = await openPublishers(scope, sharedBroker(), namespace);
    const records = Array.from({ length: 50 }, (_, n) => spokenFact(texts, 7, n));
    for (const side of [ours, theirs]) await Promise.all(records.map((record) => side.publish(record)));
    const topics = { ours: { partitions: 12 }, theirs: { partitions: 12 } };
    const log = await openKafkaLog({ brokers: [sharedBroker()], node: 'reader', topics, namespace });
    scope.defer('reader', () => log.close());
    const sent = new Set(records.map(nameOf));
    for (const topic of ['ours', 'theirs']) {
      const there = await Promise.all(Array.from({ length: 12 }, (_, n) => log.read(topic, n, 0, 1_000)));
      // A record may be held twice.
      expect(new Set(there.flat().map(nameOf)), topic).toEqual(sent);
    }
  });

  /** The first step of a side finds it joining its groups. */
  async function carriedBy(side: Running, step: (name: string) => ReturnType<typeof talk>): Promise<boolean> {
    await runStep(side, step('first'), Number.POSITIVE_INFINITY);
    const planned = step('second');
    expect(planned.expected.size).toBeGreaterThan(5);
    return (await runStep(side, planned, Number.POSITIVE_INFINITY)).carried;
  }

  test('hops bring every word to its desk', async () => {
    const hops = await runBareHops(scope, sharedBroker(), desks);
    expect(await carriedBy(hops, (name) => everyWord(talk(name)))).toBe(true);
  });

  test('the baseline raises every alert that must come, and no other', async () => {
    const dir = temporaryFolder(scope, 'baseline');
    const baseline = await runBaseline(dir, rules, desks, onKafka(sharedBroker()));
    scope.defer('baseline', () => baseline.stop());
    expect(await carriedBy(baseline, talk)).toBe(true);
  });
});
