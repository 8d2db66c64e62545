import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createScope } from '@earshot/kit';
import type { ConversationFact } from '@earshot/model';
import type { WebSocket } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chromiumMissing, openBrowser, openPage, openProfile, unlessChromium } from '../support/browser.js';
import { readAlerts, readFates, readTopic, runSql } from '../support/operator.js';
import { type Product, startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';
import { feed } from './feed.js';
import { ALL } from './plants.js';
import { fileSinks, type Sink, search, textSink } from './search.js';

let scope: ReturnType<typeof createScope>;
beforeEach(() => {
  scope = createScope();
});
afterEach(() => scope.close());

const TOPICS = ['conversations', 'cases', 'alerts', 'deadLetters', 'control'];

/** Everything into which the product writes or says anything. */
async function feedAndCollect(product: Product): Promise<Sink[]> {
  const context = await openProfile(await openBrowser(scope));
  const frames: string[] = [];
  context.on('page', (page) =>
    page.on('websocket', (socket: WebSocket) =>
      socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
    ),
  );
  const desk = await openPage(context, product.signInLink('10001'));
  const wall = await openPage(context, product.signInLink('30001'));
  const answers = await feed(scope, product);
  await until(async () => (await readFates(product)).open === 0, 'that every event has found its fate');
  await until(async () => (await readAlerts(product)).size >= 20, 'the alerts');
  await desk.locator('[role=log] .line').nth(20).waitFor();
  await wall.goto(`${product.consoleUrl}/#/c/canary`);
  await wall.locator('.evidence').first().waitFor();
  const said = new Set(
    (await readTopic(product, 'conversations')).flatMap(({ value }) => utteranceOf(value as ConversationFact)),
  );
  const landed = 'SELECT count() AS n FROM earshot.utterances';
  const count = async () => Number(((await runSql(product, landed))[0] as { n: unknown }).n);
  await until(async () => (await count()) >= said.size, 'the rows');
  const rows = await Promise.all(
    [
      'conversation_facts',
      'utterances',
      'utterance_scores',
      'history_answers',
      'standing_sets',
      'finding_assertions',
      'alerts',
      'dead_letters',
    ].map(async (table) =>
      textSink(
        `rows of ${table}`,
        readable(JSON.stringify(await runSql(product, `SELECT * FROM earshot.${table} LIMIT 1000`))),
      ),
    ),
  );
  const topics = await Promise.all(
    TOPICS.map(async (topic) => textSink(`topic ${topic}`, readable(JSON.stringify(await readTopic(product, topic))))),
  );
  return [
    ...fileSinks(product.dataDir),
    ...topics,
    ...rows,
    textSink('desk', await desk.content()),
    textSink('wall', await wall.content()),
    textSink('frames', frames.join('\n')),
    textSink('answers', answers),
    textSink('terminal', product.said()),
    textSink('metrics', await (await fetch(`${product.consoleUrl}/metrics`)).text()),
  ];
}

const utteranceOf = ({ body, conversationId }: ConversationFact) =>
  body.kind === 'utterance' ? [`${conversationId} ${body.leg} ${body.segment}`] : [];

/** Bytes inside records are shown as base64: what they say counts too. */
function readable(json: string): string {
  const hidden = json.match(/"[A-Za-z0-9+/]{40,}={0,2}"/g) ?? [];
  return [json, ...hidden.map((one) => Buffer.from(one.slice(1, -1), 'base64').toString('utf8'))].join('\n');
}

const groupOf = (finding: string) => (finding.split(':')[0] ?? '').replace(/^file (log|warehouse).*/, 'file $1');

test.skipIf(chromiumMissing)(`planted personal data is found nowhere${unlessChromium}`, async () => {
  const product = await startProduct(scope, { args: ['--no-demo'] });
  await until(() => product.said().includes('分析已开启'), 'the analysis engine', 30_000);
  // Whoever sends an event is told by its own id what became of it.
  expect(search(await feedAndCollect(product), ALL)).toEqual(['answers: event id']);
});

test.skipIf(chromiumMissing)(`a masker that does nothing is caught in every place${unlessChromium}`, async () => {
  const product = await startProduct(scope, {
    args: ['--no-demo'],
    env: { NODE_OPTIONS: `--import ${withoutMasker()}` },
  });
  await until(() => product.said().includes('分析已开启'), 'the analysis engine', 30_000);
  const places = new Set(search(await feedAndCollect(product), ALL).map(groupOf));
  for (const place of [
    'file log',
    'topic conversations',
    'topic cases',
    'topic alerts',
    'topic deadLetters',
    'rows of conversation_facts',
    'rows of finding_assertions',
    'rows of utterances',
    'rows of alerts',
    'desk',
    'wall',
    'frames',
  ]) {
    expect(places).toContain(place);
  }
});

/** Loaded before the product: its masker is replaced by one that leaves everything as it is. */
function withoutMasker(): string {
  const folder = temporaryFolder(scope, 'no-masker');
  const stub = pathToFileURL(join(folder, 'stub.mjs')).href;
  writeFileSync(join(folder, 'stub.mjs'), NOTHING_MASKED);
  writeFileSync(
    join(folder, 'hooks.mjs'),
    `export const resolve = (name, context, next) => name === '@earshot/privacy' ? { url: ${JSON.stringify(stub)}, shortCircuit: true } : next(name, context);`,
  );
  writeFileSync(
    join(folder, 'preload.mjs'),
    `import { register } from 'node:module';\nregister('./hooks.mjs', import.meta.url);`,
  );
  return pathToFileURL(join(folder, 'preload.mjs')).href;
}

const NOTHING_MASKED = `
const mask = (text) => ({ text, spans: [], state: { openDigits: false } });
export const createMasker = () => ({ mask, maskSequence: (texts) => texts.map(mask), hashCustomer: (value) => value });
`;
