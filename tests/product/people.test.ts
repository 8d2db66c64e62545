import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createScope } from '@earshot/kit';
import type { CaseFact } from '@earshot/model';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, openBrowser, openPage, openProfile, unlessChromium } from '../support/browser.js';
import { openCall } from '../support/call.js';
import { readAlerts, readTopic } from '../support/operator.js';
import { LivePage, sessionOf } from '../support/person.js';
import { type Product, startProduct } from '../support/product.js';
import { until } from '../support/until.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const scope = createScope();
let product: Product;
beforeAll(async () => {
  product = await startProduct(scope);
});
afterAll(() => scope.close());

/** The alert of this rule in this conversation, once it has been raised. */
function raised(conversationId: string, rule: string) {
  const find = async () =>
    [...(await readAlerts(product, conversationId)).values()].find((one) => one.finding.ruleId === rule);
  return until(find, `an alert ${rule}`);
}

/** Whose claim stands first in the log. */
async function firstClaim(alertId: string): Promise<string | undefined> {
  const bodies = (await readTopic(product, 'cases')).map(({ value }) => (value as CaseFact).body);
  const claims = bodies.flatMap((body) =>
    body.kind === 'action' && body.action.action.kind === 'claim' ? [body.action] : [],
  );
  return claims.find((claim) => claim.alertId === alertId)?.by;
}

test('of two supervisors who claim at once, the first in the log has it, and both are told the same', async () => {
  const walls = await Promise.all(
    ['20001', '30001'].map(async (who) => LivePage.open(await sessionOf(product, who), 'wall')),
  );
  for (let round = 0; round < 8; round += 1) {
    const call = await openCall(scope, product, `race-${round}`);
    await call.say('customer', '我要打12378投诉');
    const { id: alertId, conversationId } = await raised(call.conversationId, 'crisis-regulator');
    for (const wall of walls) await until(() => wall.memory.open.has(alertId), 'the alert on the wall');
    const claim = (wall: LivePage) =>
      wall.act({ requestId: `claim-${round}`, conversationId, alertId, action: { kind: 'claim' } });
    const answers = await Promise.all((round % 2 ? walls : [...walls].reverse()).map(claim));
    expect(answers.map((one) => one.accepted)).toEqual([true, true]);
    const winner = await firstClaim(alertId);
    for (const wall of walls) {
      await until(() => wall.memory.open.get(alertId)?.state === 'claimed', 'the claim on the wall');
      expect(wall.memory.open.get(alertId)?.claimedBy).toBe(winner);
    }
  }
  for (const wall of walls) wall.close();
});

describe.skipIf(chromiumMissing)(`on real pages${unlessChromium}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(scope);
  });

  async function profileOf(staffNumber: string, lang: 'zh' | 'en' = 'zh'): Promise<BrowserContext> {
    const [name = '', value = ''] = (await sessionOf(product, staffNumber)).cookie.split('=');
    const context = await openProfile(browser, lang);
    await context.addCookies([{ name, value, url: product.consoleUrl }]);
    return context;
  }
  const openAs = async (staffNumber: string, path: string, lang: 'zh' | 'en' = 'zh') =>
    openPage(await profileOf(staffNumber, lang), product.consoleUrl + path);

  test('who loses the race for a claim is told who was faster', async () => {
    const [fast, slow] = [await openAs('20001', '/'), await openAs('30001', '/')];
    const call = await openCall(scope, product, 'race-on-pages');
    await call.say('customer', '我要打12378投诉');
    const { id } = await raised(call.conversationId, 'crisis-regulator');
    const button = `.inbox [data-alert="${id}"] button`;
    for (const page of [fast, slow]) await page.locator(button).waitFor();
    // The slow page hears nothing while its own script runs, so its claim is made in good faith, and too late.
    const late = slow.evaluate(`
      for (const end = Date.now() + 1500; Date.now() < end; );
      document.querySelector(${JSON.stringify(button)})?.click();
    `);
    await fast.locator(button).click();
    await until(() => firstClaim(id), 'the first claim');
    await late;
    await slow.getByText('20001 先一步认领了').waitFor();
    expect(await firstClaim(id)).toBe('20001');
    expect(await fast.getByText('先一步认领了').count()).toBe(0);
    await Promise.all([fast, slow].map((page) => page.context().close()));
  });

  test('after a transfer the prompt is on the desk of the agent who has the call now, and the wall names both', async () => {
    const [second, wall] = [await openAs('10002', '/desk.html'), await openAs('30001', '/')];
    const call = await openCall(scope, product, 'transferred', '10001');
    await call.tell({ kind: 'call-progress', step: 'warm-transfer', target: '10002' });
    await call.tell({
      kind: 'participant-joined',
      participantId: 'agent-2',
      role: 'agent',
      leg: 'agent-2',
      staffNumber: '10002',
    });
    await call.tell({ kind: 'participant-left', participantId: 'agent' });
    await call.say('customer', '我已经找律师了');
    await call.say('agent', '您放心，这个产品稳赚不赔', 'agent-2');
    const legal = await raised(call.conversationId, 'crisis-legal');
    const promise = await raised(call.conversationId, 'promise-guaranteed-return');
    for (const { id } of [legal, promise]) await second.locator(`[data-alert="${id}"]`).first().waitFor();
    await wall.locator(`.inbox [data-alert="${promise.id}"]`).getByText('李晓 10001 → 王敏 10002').waitFor();
    expect(promise.finding.participantId).toBe('agent-2');
    await Promise.all([second, wall].map((page) => page.context().close()));
  });

  test.each(['zh', 'en'] as const)('desk and wall pass the accessibility audit in %s', async (lang) => {
    const call = await openCall(scope, product, `audit-${lang}`);
    await call.say('customer', '我要打12378投诉');
    const { id } = await raised(call.conversationId, 'crisis-regulator');
    const [desk, wall] = [await openAs('10001', '/desk.html', lang), await openAs('30001', '/', lang)];
    for (const page of [desk, wall]) {
      await page.locator(`[data-alert="${id}"]`).first().waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(lang === 'zh' ? 'zh-CN' : 'en');
      expect(await violations(page)).toEqual([]);
    }
    await wall.goto(`${product.consoleUrl}/#/c/${call.conversationId}`);
    await wall.locator('.evidence').first().waitFor();
    expect(await violations(wall)).toEqual([]);
    await Promise.all([desk, wall].map((page) => page.context().close()));
  });
});

interface Audit {
  violations: { id: string; nodes: { html: string }[] }[];
}

async function violations(page: Page): Promise<string[]> {
  // The content policy lets no page load a script of ours by tag, so it goes in through the debugger.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate<Audit>('axe.run()');
  return found.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}
