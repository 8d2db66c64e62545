import { createScope } from '@earshot/kit';
import type { Alert, CaseFact } from '@earshot/model';
import { compareVersions } from '@earshot/model';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chromiumMissing, openBrowser, openPage, openProfile, unlessChromium, whenLive } from '../support/browser.js';
import { openCall } from '../support/call.js';
import { readAlerts, readTopic } from '../support/operator.js';
import { emptyMemory, LivePage, signIn, type Visitor } from '../support/person.js';
import { freePorts, type Product, startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const QUIET = ['--no-demo', '--no-analysis'];
let scope: ReturnType<typeof createScope>;
let start: () => Promise<Product>;

beforeEach(async () => {
  scope = createScope();
  const dataDir = temporaryFolder(scope, 'once');
  const port = await freePorts();
  start = () => startProduct(scope, { dataDir, args: [...QUIET, '--port', String(port)] });
});
afterEach(() => scope.close());

/** How often the log says that somebody was told of it. */
async function toldOf(product: Product, alertId: string, kind: 'delivered' | 'seen'): Promise<string[]> {
  const bodies = (await readTopic(product, 'cases')).map(({ value }) => (value as CaseFact).body);
  const actions = bodies.flatMap((body) => (body.kind === 'action' ? [body.action] : []));
  return actions.filter((one) => one.alertId === alertId && one.action.kind === kind).map((one) => one.by);
}

function raised(product: Product, conversationId: string, rule: string): Promise<Alert> {
  const find = async () =>
    [...(await readAlerts(product, conversationId)).values()].find((one) => one.finding.ruleId === rule);
  return until(find, `an alert ${rule}`);
}

describe.skipIf(chromiumMissing)(`in the browser${unlessChromium}`, () => {
  test('reload, second tab and kill -9: each alert pops up once, all stays there, nobody signs in again', async () => {
    let product = await start();
    const context = await openProfile(await openBrowser(scope));
    const desk = await openPage(context, product.signInLink('10001'));
    const wall = await openPage(context, product.signInLink('30001'));
    const call = await openCall(scope, product, 'long-call');
    await call.say('customer', '我要打12378投诉');
    const first = await raised(product, 'long-call', 'crisis-regulator');
    await desk.locator(`.card[data-alert="${first.id}"]`).waitFor();
    await wall.locator(`.inbox [data-alert="${first.id}"]`).waitFor();

    await desk.reload();
    await whenLive(desk);
    await desk.locator(`[data-alert="${first.id}"]`).first().waitFor();
    const secondTab = await openPage(context, desk.url());
    await secondTab.locator(`.waiting [data-alert="${first.id}"]`).waitFor();
    expect(await cards(context, first.id)).toBeLessThanOrEqual(1);

    await product.kill();
    await desk
      .getByText(/连接断开|正在重连|重新连接/)
      .first()
      .waitFor();
    product = await start();
    for (const page of [desk, secondTab, wall]) await whenLive(page);
    const other = await openCall(scope, product, 'other-call');
    await other.say('agent', '您把验证码告诉我，我帮您操作');
    const second = await raised(product, 'other-call', 'secrets-asks-code');
    await wall.locator(`.inbox [data-alert="${second.id}"]`).waitFor();
    for (const tab of [desk, secondTab]) {
      await tab.locator(`[data-alert="${second.id}"]`).first().waitFor();
      await tab.locator(`[data-alert="${first.id}"]`).first().waitFor();
    }
    // More urgent than what stands there, so it takes the card; of the two tabs one shows it.
    await until(async () => (await cards(context, second.id)) > 0, 'the card');
    expect(await cards(context, second.id)).toBe(1);
    await desk.getByRole('tab', { name: 'no-long-call' }).click();
    await desk.locator('[role=log] mark', { hasText: '12378' }).waitFor();

    for (const { id } of [first, second]) {
      await until(async () => (await toldOf(product, id, 'delivered')).length > 0, 'delivered');
      expect((await toldOf(product, id, 'delivered')).filter((by) => by === '10001')).toEqual(['10001']);
    }
  });
});

/** Tabs of this person on which the alert stands as a card. */
async function cards(context: BrowserContext, alertId: string): Promise<number> {
  const counts = await Promise.all(
    context.pages().map((page: Page) => page.locator(`.card[data-alert="${alertId}"]`).count()),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

test('connections that break and a process that is killed cost no alert, double none and mix up no order', async () => {
  let product = await start();
  const who = await signIn(product, '10001');
  const memory = emptyMemory();
  const open = async () => {
    const page = await LivePage.open(who, 'desk', memory);
    scope.defer('page', () => page.close());
    return page;
  };
  const rules = ['12378', '律师', '曝光', '骗子'];
  let page = await open();
  for (let round = 0; round < 12; round += 1) {
    const call = await openCall(scope, product, `call-${round % 3}-${Math.floor(round / 3)}`);
    for (const word of rules) await call.say('customer', `${word}，你们听着`);
    if (round % 4 === 1) {
      page.close();
      page = await open();
    }
    if (round === 6) {
      await product.kill();
      page.close();
      product = await start();
      page = await open();
    }
  }
  const final = await until(async () => {
    const alerts = await readAlerts(product);
    return alerts.size >= 48 && alerts;
  }, 'all alerts');
  await until(() => [...final.keys()].every((id) => memory.open.has(id)), 'all alerts on the desk');

  const heard = memory.applied;
  expect(new Set(heard.map(({ id, version }) => `${id} ${version.offset} ${version.index}`)).size).toBe(heard.length);
  for (const conversationId of new Set(heard.map((one) => one.conversationId))) {
    const versions = heard.filter((one) => one.conversationId === conversationId).map((one) => one.version);
    expect(versions).toEqual([...versions].sort(compareVersions));
  }
  expect([...memory.open.keys()].sort()).toEqual([...final.keys()].sort());
});

test('a session outlives kill -9, an ended one does not come back', async () => {
  let product = await start();
  const [stays, leaves] = [await signIn(product, '10001'), await signIn(product, '20001')];
  expect((await leaves.post('/v1/session/end')).status).toBe(200);
  await product.kill();
  product = await start();
  const name = async (who: Visitor) => {
    const answer = await who.get('/v1/me');
    return answer.ok ? ((await answer.json()) as { staffNumber: string }).staffNumber : answer.status;
  };
  expect(await name(stays)).toBe('10001');
  expect(await name(leaves)).toBe(401);
  console.log(`second start on the same folder: ${(product.startMs / 1000).toFixed(1)} s`);
});
