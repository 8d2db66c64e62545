import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createScope } from '@earshot/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chromiumMissing, openBrowser, openPage, openProfile, unlessChromium } from '../support/browser.js';
import { openCall } from '../support/call.js';
import { readAlerts } from '../support/operator.js';
import { LivePage, signIn } from '../support/person.js';
import { runProduct, startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

let scope: ReturnType<typeof createScope>;
beforeEach(() => {
  scope = createScope();
});
afterEach(() => scope.close());

const linesOf = (said: string) => said.split('\n').filter((line) => line !== '' && !line.startsWith('(node:'));
const folder = () => temporaryFolder(scope, 'start');

describe('what cannot run says so and ends', () => {
  test('a second instance on one data folder, and a taken port: one line, exit 1', async () => {
    const first = await startProduct(scope);
    const second = await runProduct([], { dataDir: first.dataDir });
    expect(second.code).toBe(1);
    expect(linesOf(second.said)).toEqual([expect.stringContaining(first.dataDir)]);
    const port = new URL(first.consoleUrl).port;
    const third = await runProduct(['--port', port], { dataDir: folder() });
    expect(third.code).toBe(1);
    expect(linesOf(third.said)).toEqual([expect.stringContaining(port)]);
    await openCall(scope, first, 'still-there');
  });

  test.each([
    ['flags that do not exist or do not fit', ['--prot', '1', '--lang', 'fr'], ['--prot', '--lang']],
    ['a people file that is not there', ['--people', '/nowhere/people.yaml'], ['/nowhere/people.yaml']],
    ['a rules folder without rules', ['--rules', '/nowhere/rules'], ['/nowhere/rules']],
  ])('%s: a table, exit 2', async (_title, args, named) => {
    const end = await runProduct(args, { dataDir: folder() });
    expect(end.code).toBe(2);
    for (const name of named) expect(end.said).toContain(name);
    expect(end.said).not.toMatch(/^ {4}at /m);
  });

  test.each([
    ['people.yaml', 'tenant: demo\nunits:\n  - { id: a }\npeople: 7\n', ['people.yaml:3:5', 'people.yaml:4:9']],
    ['people.yaml', 'tenant: [demo\n', [/people\.yaml:\d+:\d+/]],
    ['rules/mine.yaml', 'rules:\n  - id: mine\n    severity: huge\n', ['mine.yaml:3:5', 'mine.yaml:2:5']],
    ['rules/mine.yaml', 'rules:\n  - id: mine\n bad\n', [/mine\.yaml:3:\d+/]],
  ])('a broken %s: every fault with line and column, exit 2', async (file, text, places) => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'rules'), { recursive: true });
    writeFileSync(join(dataDir, file), text);
    const end = await runProduct([], { dataDir });
    expect(end.code).toBe(2);
    for (const place of places) expect(end.said).toMatch(place);
    expect(end.said).not.toMatch(/^ {4}at /m);
  });
});

describe('Ctrl-C', () => {
  test('ends it with exit 0 within ten seconds while the demo plays and 200 connections are open', async () => {
    const product = await startProduct(scope, { args: [] });
    await until(() => product.said().includes('正在播放'), 'the demo');
    const ports = [product.consoleUrl, product.httpUrl, `http://${product.grpcAddress}`].map((url) =>
      Number(new URL(url).port),
    );
    const sockets = await Promise.all(Array.from({ length: 160 }, (_, n) => openSocket(ports[n % 3] as number)));
    for (const staffNumber of ['10001', '20001']) {
      const who = await signIn(product, staffNumber);
      await Promise.all(
        Array.from({ length: 20 }, () => LivePage.open(who, staffNumber === '10001' ? 'desk' : 'wall')),
      );
    }
    const askedMs = performance.now();
    product.signal('SIGINT');
    const { code } = await product.ended;
    expect(code).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(10_000);
    for (const socket of sockets) socket.destroy();
  });

  test('ends a quiet one too, and the second start finds everything and is quick', async () => {
    const first = await startProduct(scope);
    const call = await openCall(scope, first, 'kept');
    await call.say('customer', '我要打12378投诉');
    await until(async () => (await readAlerts(first)).size === 1, 'the alert');
    first.signal('SIGINT');
    expect((await first.ended).code).toBe(0);
    const second = await startProduct(scope, { dataDir: first.dataDir });
    expect((await readAlerts(second)).size).toBe(1);
    console.log(`starts: first ${seconds(first.startMs)}, second ${seconds(second.startMs)}`);
  });
});

test('--no-demo --no-analysis plays nothing and says that analysis is off', async () => {
  const product = await startProduct(scope);
  const page = await LivePage.open(await signIn(product, '20001'), 'wall');
  expect((await page.find('hello')).analysis).toBe('off');
  expect((await readAlerts(product)).size).toBe(0);
  expect(product.said()).not.toContain('演示');
  page.close();
});

test.skipIf(chromiumMissing)(
  `without the analysis engine everything else works, and the page says so${unlessChromium}`,
  async () => {
    const hide = join(folder(), 'hide-engine.cjs');
    writeFileSync(hide, HIDE_ENGINE);
    const product = await startProduct(scope, { args: ['--no-demo'], env: { NODE_OPTIONS: `--require ${hide}` } });
    const wall = await openPage(await openProfile(await openBrowser(scope)), product.signInLink('30001'));
    await wall.getByText('分析引擎未启用').waitFor();
    const call = await openCall(scope, product, 'without-engine');
    await call.say('customer', '我要打12378投诉');
    await wall.locator('.inbox [data-alert]').waitFor();
  },
);

/** The engine looks as it does before it has been installed. */
const HIDE_ENGINE = `
const fs = require('node:fs');
const { existsSync } = fs;
fs.existsSync = (path) => !/engine.node_modules.chdb/.test(String(path)) && existsSync(path);
require('node:module').syncBuiltinESMExports();
`;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).once('error', reject);
    socket.on('error', () => undefined);
  });
}
