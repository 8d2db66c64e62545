import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ReplayReport, readConversations, toEvents } from '@earshot/cli';
import { createClient } from '@earshot/client';
import { createScope } from '@earshot/kit';
import type { ConversationEvent } from '@earshot/model';
import { loadStarterRulebook, measureCorpus } from '@earshot/rulebooks';
import { compileRuleSet } from '@earshot/rules';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFates } from '../support/operator.js';
import { startProduct } from '../support/product.js';
import { until } from '../support/until.js';
import { FIVE_WORDS, fiveWords, readSet, SETS, type SetName } from './sets.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const WHOLE = process.env['EARSHOT_TEST_ALL'] === '1';
const unlessWhole = WHOLE ? '' : ' [skipped: whole sets are replayed by npm run test:all]';
const TIMEOUT_MS = 240_000;

/** `./earshot replay FILE --json`, the program itself. */
async function replay(file: string, ...flags: string[]): Promise<ReplayReport> {
  const child = spawn(process.execPath, [CLI, 'replay', file, '--json', '--lang', 'en', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  expect(code).toBe(0);
  return JSON.parse(printed) as ReplayReport;
}

/** What the rules say of a whole file without the road in between. */
function judgedAfterwards(names: SetName[], files = loadStarterRulebook()) {
  const compiled = compileRuleSet(files);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return measureCorpus(names.flatMap(readSet), compiled.ruleSet);
}

function expectSame(live: ReplayReport, after: ReturnType<typeof measureCorpus>): void {
  expect(live.conversations).toBe(after.conversations);
  expect(live.utterances).toBe(after.turns);
  expect(live.byRule).toEqual(after.byRule);
  expect([live.alerts, live.interrupting]).toEqual([after.alerts, after.interruptions]);
  expect(new Set(live.alertedConversations)).toEqual(new Set(after.alertedConversations));
  expect(new Set(live.interruptedConversations)).toEqual(new Set(after.interruptedConversations));
  expect([live.notInspected, live.repeated]).toEqual([0, 0]);
}

describe('replayed through the door, the log and both folds, the rules say what they say after the call', () => {
  test('of honest bank calls, with the shipped rules', async () => {
    expectSame(await replay(SETS.honest.file), judgedAfterwards(['honest']));
  });

  test('of honest bank calls, with the five-word rule alone', async () => {
    expectSame(await replay(SETS.honest.file, '--rules', FIVE_WORDS), judgedAfterwards(['honest'], fiveWords()));
  });

  test.skipIf(!WHOLE).each<[string, SetName[]]>([
    ['teleantifraud_zh', ['fraud', 'ordinary']],
    ['crosswoz_zh', ['crosswoz']],
    ['star_en', ['star']],
  ])(
    `of %s, whole${unlessWhole}`,
    async (_title, names) => {
      expectSame(await replay(SETS[names[0]!].file), judgedAfterwards(names));
    },
    TIMEOUT_MS,
  );
});

describe('every event is accounted for', () => {
  let scope: ReturnType<typeof createScope>;
  beforeEach(() => {
    scope = createScope();
  });
  afterEach(() => scope.close());

  test('inspected + repeated + not inspected = received', async () => {
    const product = await startProduct(scope);
    const client = createClient({ address: product.grpcAddress });
    scope.defer('client', () => client.close());
    const events: ConversationEvent[] = [];
    const baseMs = Date.now();
    const calls = SETS[WHOLE ? 'crosswoz' : 'honest'].file;
    for await (const { conversation } of readConversations(calls)) events.push(...toEvents(conversation, baseMs));
    const untold = { ...events[0]!, conversationId: '' };

    for (const batch of [...inBatches(events), ...inBatches(events), [untold]]) await client.append(batch);

    const fates = await until(async () => {
      const found = await readFates(product);
      return found.open === 0 && found;
    }, 'every event to have its fate');
    expect(fates).toEqual({
      received: 2 * events.length + 1,
      inspected: events.length,
      repeated: events.length,
      notInspected: 1,
      open: 0,
    });
  });
});

function inBatches<T>(all: readonly T[], size = 500): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
