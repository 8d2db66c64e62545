import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedLog } from '../embedded/index.js';
import { runFold } from './run-fold.js';
import type { FoldDefinition, FoldFact } from './types.js';

/** A word; `+x` amends it, `+?` is refused. */
const words: FoldDefinition<{ word: string }, string> = {
  service: 'words',
  engine: 'words/1',
  stateSchemas: [1],
  decode({ key, value }) {
    const text = Buffer.from(value).toString();
    if (text.startsWith('{')) {
      const fact = JSON.parse(text) as FoldFact;
      return fact.kind === 'takeover' ? fact : { kind: 'skip' };
    }
    return text.startsWith('+') ? { kind: 'fact', key, fact: text, amends: true } : { kind: 'fact', key, fact: text };
  },
  encode: (fact) => Buffer.from(JSON.stringify(fact)),
  opens: () => true,
  open: () => ({ word: '' }),
  apply(state, said) {
    if (said === '+?') return { kind: 'refused', reason: 'conflict' };
    if (state.word.endsWith(said)) return { kind: 'repeated' };
    state.word += said;
    return { kind: 'inspected' };
  },
  reachTime: () => ({ kind: 'repeated' }),
  nextTime: () => undefined,
  closeAfterMs: () => 3_600_000,
  emit: (state) => [{ topic: 'out', key: 'w', value: Buffer.from(state.word) }],
  saveState: (state) => Buffer.from(state.word),
  loadState: (bytes) => ({ word: Buffer.from(bytes).toString() }),
};

async function heard(...said: string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'earshot-fold-'));
  const topics = { in: { partitions: 1 }, out: { partitions: 1 }, dead: { partitions: 1 } };
  const log = await openEmbeddedLog({ dir, topics });
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  onTestFinished(() => log.close());
  const counted: string[] = [];
  const fold = await runFold(log, 'in', words, {
    maxRefold: 1_000,
    commitEveryMs: 0,
    tickMs: 5,
    deadLetter: ({ key }, reason) => ({ topic: 'dead', key, value: Buffer.from(reason) }),
    onAlarm: () => undefined,
    onCount: (what) => void counted.push(what),
    onStopped: () => undefined,
  });
  await log.append(said.map((text) => ({ topic: 'in', key: 'w', value: Buffer.from(text) })));
  await fold.caughtUp();
  await fold.stop();
  const texts = async (topic: string) => {
    const { first, next } = await log.bounds(topic, 0);
    return (await log.read(topic, 0, first, next - first)).map(({ value }) => Buffer.from(value).toString());
  };
  return { counted, out: await texts('out'), dead: await texts('dead') };
}

test('an amendment changes what is told, and is not counted among what came in', async () => {
  const { counted, out, dead } = await heard('a', '+x', '+x');
  expect(out.filter((word) => word !== '')).toEqual(['a', 'a+x']);
  expect(counted).toEqual(['inspected']);
  expect(dead).toEqual([]);
});

test('an amendment opens no life, and leaves nothing behind where none is left', async () => {
  expect(await heard('+x')).toEqual({ counted: [], out: [], dead: [] });
});

test('an amendment that contradicts another goes to the dead letters, uncounted', async () => {
  const { counted, dead } = await heard('a', '+?');
  expect([counted, dead]).toEqual([['inspected'], ['conflict']]);
});
