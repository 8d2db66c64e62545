import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScope, type Scope } from '@earshot/kit';
import type { Log } from '@earshot/log';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { TOPICS } from '@earshot/wire';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Compile, compileHere } from './compile.js';
import { followInForce, type InForce } from './in-force.js';
import { createPublisher, type Publisher } from './publisher.js';

const fileOf = (id: string, extra = '') => ({
  'a.yaml': `rules:
  - id: ${id}
    title: t
    severity: high
    when: { phrases: [骗子] }
    prompt: { what: w, next: n }
${extra}`,
});
const BY = { by: '50001', why: '新规要求' };

let scope: Scope;
let log: Log;
let dir: string;
let inForce: InForce;
let publisher: Publisher;
let compiled = 0;
/** Rule ids that the version that starts cannot compile. */
let unknown: string[] = [];
let nowMs = 0;
const DAY_MS = 86_400_000;

async function start(): Promise<void> {
  scope = createScope();
  log = await openEmbeddedLog({ dir, topics: { [TOPICS.control]: { partitions: 1 } } });
  scope.defer('log', () => log.close());
  compiled = 0;
  const compile: Compile = async (files) => {
    compiled++;
    const made = await compileHere(files);
    return made.ok && made.ruleSet.ruleIds.some((id) => unknown.includes(id)) ? { ok: false, faults: [] } : made;
  };
  inForce = await followInForce(log, { compile, onFault: () => undefined, pinnedSinceMs: nowMs - DAY_MS });
  scope.defer('control', () => inForce.control.stop());
  publisher = createPublisher({ log, inForce, compile, clock: () => nowMs });
}

beforeEach(async () => {
  nowMs = 10 * DAY_MS;
  unknown = [];
  dir = mkdtempSync(join(tmpdir(), 'earshot-control-'));
  await start();
});
afterEach(async () => {
  await scope.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Another console over the same log. */
async function second(): Promise<{ theirs: InForce; other: Publisher }> {
  const theirs = await followInForce(log, { compile: compileHere, onFault: () => undefined, pinnedSinceMs: 0 });
  scope.defer('second control', () => theirs.control.stop());
  return { theirs, other: createPublisher({ log, inForce: theirs, compile: compileHere, clock: () => nowMs }) };
}

const publish = (files: Record<string, string>, appliesToRunning = false) =>
  publisher.publish('bank', { files, appliesToRunning }, BY);

describe('publishing rules', () => {
  test('they are in force when it answers, and stay so after a restart', async () => {
    const first = await publish(fileOf('first'), true);
    expect(inForce.stamp('bank')).toEqual({ epoch: first.epoch, hash: first.hash, appliesToRunning: true });
    expect(inForce.ruleSet(first.hash)?.ruleIds).toEqual(['first']);
    await scope.close();
    await start();
    expect(inForce.stamp('bank')).toEqual({ epoch: first.epoch, hash: first.hash, appliesToRunning: true });
  });

  test('a broken set is refused with its place, and the last good one stays', async () => {
    const { hash } = await publish(fileOf('first'));
    await expect(publish({ 'b.yaml': 'rules:\n  - id: 1x\n    severity: nope\n' })).rejects.toMatchObject({
      code: 'rules-invalid',
      message: expect.stringMatching(/b\.yaml:\d+:\d+/),
    });
    expect(inForce.stamp('bank')?.hash).toBe(hash);
    expect(publisher.versions('bank')).toHaveLength(1);
  });

  test('a set whose examples do not behave is refused too', async () => {
    const wrong = fileOf('first', '    examples: { hit: [你好], miss: [骗子] }\n');
    await expect(publish(wrong)).rejects.toMatchObject({ code: 'examples-failed' });
    expect(inForce.stamp('bank')).toBeUndefined();
  });

  test('the same set again changes nothing and is not recorded', async () => {
    const first = await publish(fileOf('first'));
    expect(await publish(fileOf('first'))).toEqual({ ...first, unchanged: true });
    expect(publisher.versions('bank')).toHaveLength(1);
  });

  test('two at once come into force one after the other, each under an epoch of its own', async () => {
    const both = await Promise.all([publish(fileOf('first')), publish(fileOf('second'))]);
    expect(both.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(inForce.stamp('bank')?.hash).toBe(both[1]?.hash);
  });

  test('a tenant neither sees nor brings back the rules of another', async () => {
    const { hash } = await publish(fileOf('first'));
    expect(publisher.versions('shop')).toEqual([]);
    expect(publisher.files('shop', hash)).toBeUndefined();
    await expect(publisher.rollback('shop', hash, BY)).rejects.toMatchObject({ code: 'version-unknown' });
  });
});

test('two tenants may have the same rules: each keeps its own, over a restart too', async () => {
  const { hash } = await publish(fileOf('first'));
  await publisher.publish('shop', { files: fileOf('first'), appliesToRunning: false }, BY);
  await publish(fileOf('second'));
  await publisher.rollback('bank', hash, BY);
  await scope.close();
  await start();
  for (const tenant of ['bank', 'shop']) {
    expect(inForce.stamp(tenant)).toMatchObject({ hash });
    expect(publisher.files(tenant, hash)).toEqual(fileOf('first'));
    expect(publisher.versions(tenant).filter((one) => one.inForce)).toMatchObject([{ hash }]);
  }
});

describe('rolling back', () => {
  test('brings the set before, and says who did what when and why, newest first', async () => {
    const first = await publish(fileOf('first'));
    await publish(fileOf('second'));
    const back = await publisher.rollback('bank', undefined, { by: '50002', why: '误报太多' });
    expect(back).toMatchObject({ hash: first.hash, epoch: 3, rules: 1 });
    expect(inForce.stamp('bank')).toMatchObject({ epoch: 3, hash: first.hash });
    expect(
      publisher.versions('bank').map(({ epoch, by, action, why, inForce: now }) => [epoch, by, action, why, now]),
    ).toEqual([
      [3, '50002', 'rollback', '误报太多', true],
      [2, '50001', 'publish', '新规要求', false],
      [1, '50001', 'publish', '新规要求', false],
    ]);
  });

  test('a set that never was cannot be brought back', async () => {
    await publish(fileOf('first'));
    await expect(publisher.rollback('bank', undefined, BY)).rejects.toMatchObject({ code: 'version-unknown' });
    await expect(publisher.rollback('bank', 'nonsense', BY)).rejects.toMatchObject({ code: 'version-unknown' });
  });
});

test('a start compiles what is in force or was within a day; an earlier set when a conversation asks for it', async () => {
  const first = await publish(fileOf('first'));
  const second = await publish(fileOf('second'));
  nowMs += 2 * DAY_MS;
  const third = await publish(fileOf('third'));
  nowMs += DAY_MS / 2;
  const fourth = await publish(fileOf('fourth'));
  await scope.close();
  await start();
  // The second was in force until the third came, half a day ago.
  expect(compiled).toBe(3);
  for (const { hash } of [second, third, fourth]) expect(inForce.ruleSet(hash)?.hash).toBe(hash);
  expect(inForce.stamp('bank')?.hash).toBe(fourth.hash);
  expect(inForce.ruleSet(first.hash)).toBeUndefined();
  await expect.poll(() => inForce.ruleSet(first.hash)?.ruleIds).toEqual(['first']);
});

test('what the version that starts cannot compile leaves the last set in force that it can, however old', async () => {
  const first = await publish(fileOf('first'));
  await publish(fileOf('second'));
  nowMs += 3 * DAY_MS;
  await publish(fileOf('third'));
  unknown = ['second', 'third'];
  nowMs += 3 * DAY_MS;
  await scope.close();
  await start();
  expect(inForce.stamp('bank')?.hash).toBe(first.hash);
  expect(publisher.versions('bank').map(({ inForce: now }) => now)).toEqual([false, false, true]);
});

describe('two consoles', () => {
  test('what either publishes is in force at both, and either rolls it back', async () => {
    const { theirs, other } = await second();
    const first = await publish(fileOf('first'));
    await theirs.reached('bank', first.epoch);
    const next = await other.publish('bank', { files: fileOf('next'), appliesToRunning: false }, BY);
    await inForce.reached('bank', next.epoch);
    expect([inForce.stamp('bank')?.hash, theirs.stamp('bank')?.hash]).toEqual([next.hash, next.hash]);
    const back = await publisher.rollback('bank', undefined, BY);
    await theirs.reached('bank', back.epoch);
    expect(theirs.stamp('bank')?.hash).toBe(first.hash);
  });

  test('that publish in the same moment end with one set in force, under an epoch of its own', async () => {
    const { theirs, other } = await second();
    for (let n = 0; n < 10; n += 1) {
      const [mine, its] = await Promise.all([
        publish(fileOf(`mine-${n}`)),
        other.publish('bank', { files: fileOf(`its-${n}`), appliesToRunning: false }, BY),
      ]);
      const last = Math.max(mine.epoch, its.epoch);
      await Promise.all([inForce.reached('bank', last), theirs.reached('bank', last)]);
      expect(mine.epoch).not.toBe(its.epoch);
      const winner = mine.epoch > its.epoch ? mine.hash : its.hash;
      expect([inForce.stamp('bank'), theirs.stamp('bank')].map((stamp) => stamp?.hash)).toEqual([winner, winner]);
      for (const versions of [publisher.versions('bank'), other.versions('bank')])
        expect(versions.filter((version) => version.inForce).map(({ hash }) => hash)).toEqual([winner]);
    }
  });
});
