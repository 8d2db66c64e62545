import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundleProgram } from '../../scripts/lib/bundle-program.mjs';
import { disagreement, type Engine } from './compare.js';
import { MUTATIONS, type Mutation } from './mutations.js';

const SOURCE = fileURLToPath(new URL('../../packages/rules/src/', import.meta.url));
const MOST_SEEDS = 10_000;
const long = process.env.EARSHOT_TEST_ALL !== undefined;

async function engineWith({ file, right, wrong }: Mutation): Promise<Engine> {
  let put = 0;
  const edit = (path: string, contents: string) => {
    if (path !== SOURCE + file) return contents;
    put += contents.split(right).length - 1;
    return contents.replace(right, wrong);
  };
  const { program, remove } = await bundleProgram(`${SOURCE}index.ts`, { edit });
  try {
    if (put !== 1) throw new Error(`${file} holds ${put} times: ${right}`);
    return (await import(pathToFileURL(program).href)) as Engine;
  } finally {
    remove();
  }
}

/** The first seed whose conversation shows the mistake. */
function firstCaught(engine: Engine): number | undefined {
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    try {
      if (disagreement(seed, engine) !== undefined) return seed;
    } catch {
      return seed;
    }
  }
  return undefined;
}

test('every mistake can still be put: its line stands once in its file', () => {
  const stale = Object.entries(MUTATIONS).filter(
    ([, { file, right }]) => readFileSync(SOURCE + file, 'utf8').split(right).length !== 2,
  );
  expect(stale.map(([name]) => name)).toEqual([]);
});

describe.skipIf(!long)(
  `a mistake in any operator is caught by the oracle${long ? '' : ' (skipped: in npm run test:all)'}`,
  () => {
    test.each(Object.entries(MUTATIONS))('%s', { timeout: 600_000 }, async (_name, mutation) => {
      expect(firstCaught(await engineWith(mutation))).toBeDefined();
    });
  },
);
