import { createScope } from '@earshot/kit';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { landFindings, openRules, openWarehouse, type Standing } from '../../test/support/rules.js';
import { openWorld, type World } from '../../test/support/world.js';
import { violations } from './axe.js';
import { openPages, type Pages } from './pages.js';

const HOUR_MS = 3_600_000;
const scope = createScope();
let pages: Pages;
let world: World;
let analysis: Awaited<ReturnType<typeof openWarehouse>> | undefined;

const OWN = (phrases: string, more = '') => ({
  'own.yaml': `rules:
  - id: refund-late
    title: { zh: 退款迟迟不到, en: A refund that is late }
    severity: high
    roles: [customer]
    tags: [refund]
    source: 服务承诺第三条
    when: { phrases: [${phrases}] }
    prompt: { what: 客户催退款, say: [我现在就查], next: 查询退款单 }
${more}`,
});

beforeAll(async () => {
  pages = await openPages();
  scope.defer('pages', () => pages.close());
  const { inForce, publisher } = await openRules(scope);
  const starter = loadStarterRulebook();
  const publish = (files: object, by: string, why: string) =>
    publisher.publish('bank', { files: { ...starter, ...files }, appliesToRunning: false }, { by, why });
  await publish({}, 'start', '');
  const first = await publish(OWN('退款还没到'), 'ra', '退款投诉多');
  const second = await publish(OWN('退款还没到, 一直没退款', '    points: -5\n'), 'operator:zhou', '漏报');
  analysis = await openWarehouse(scope);
  const hit = (n: number, hash: string): Standing => ({
    conversation: `c${n % 3}`,
    finding: `f${n}`,
    rule: n % 4 === 0 ? 'crisis-regulator' : 'refund-late',
    hash,
    atMs: Date.now() - n * HOUR_MS,
  });
  const hits = Array.from({ length: 9 }, (_, n) => hit(n, n < 5 ? second.hash : first.hash));
  await landFindings(analysis, [...hits, { ...hit(20, first.hash), rule: 'gone-rule' }]);
  world = await openWorld({
    deps: {
      webDir: pages.dist.webDist,
      widgetDir: pages.dist.widgetDist,
      publisher,
      rulesInForce: (tenant) => inForce.ruleSet(inForce.stamp(tenant)?.hash ?? ''),
      warehouse: () => analysis,
    },
  });
  scope.defer('console', () => world.close());
  world.publish({
    ...structuredClone(world.people.get('bank') as NonNullable<ReturnType<typeof world.people.get>>),
    people: [
      ...(world.people.get('bank')?.people ?? []),
      { staffNumber: 'ql', name: '高远', roles: ['inspection-lead'], unit: 'centre' },
    ],
  });
});
afterAll(() => scope.close());

async function open(staff: string, options: { dark?: boolean; lang?: 'zh' | 'en' } = {}) {
  const profile = await pages.profile(options);
  return { ...profile, page: await profile.visit(await world.console.issueSignInLink(staff)) };
}

describe('the rules on the page', () => {
  test('whoever administers them sees them all with what they hit, and finds one by its source', async () => {
    const { page, complaints } = await open('ra');
    const row = page.locator('.rule-table .row[data-rule="refund-late"]');
    await page.getByLabel('名称、编号、标签、话术或出处').fill('服务承诺');
    await row.waitFor();
    expect(await page.locator('.rule-table .row[data-rule]').count()).toBe(1);
    await expect.poll(() => row.locator('.c-findings').textContent()).toBe('6');
    expect(await row.locator('.c-conversations').textContent()).toBe('3');
    await row.click();
    const detail = page.locator('.rule-detail');
    await detail.getByText('命中 6 次，涉及 3 个会话').waitFor();
    expect(await detail.locator('.by-version tbody tr').count()).toBe(2);
    await detail.getByText('规则原文').click();
    await detail.locator('pre').getByText('phrases: [退款还没到, 一直没退款]').waitFor();
    expect(await page.locator('.inbox, .link').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('rules that are gone and have hit stand among them, and those that never hit can be listed', async () => {
    const { page } = await open('ra');
    await page.locator('.filters').getByText('有命中').click();
    const ids = page.locator('.rule-table .row[data-rule]');
    await expect.poll(() => ids.count()).toBe(3);
    const gone = page.locator('.rule-table .row[data-rule="gone-rule"]');
    expect(await gone.textContent()).toContain('已下线');
    await page.locator('.filters').getByText('无命中').click();
    await expect.poll(() => ids.count()).toBeGreaterThan(10);
  });

  test('a version says who, when and why, and which rules it added and changed, line by line', async () => {
    const { page } = await open('ql');
    await page.getByRole('link', { name: '规则', exact: true }).click();
    await page.getByRole('link', { name: '版本' }).click();
    const versions = page.locator('.version-list li');
    expect(await versions.first().textContent()).toContain('运维命令行（zhou）');
    expect(await versions.nth(1).textContent()).toContain('郑伟 ra');
    await page.getByText('新增 0 条，修改 1 条，删除 0 条').waitFor();
    const change = page.locator('.change.changed');
    expect(await change.locator('summary').textContent()).toContain('条件、分值');
    expect(await change.locator('pre .gone').textContent()).toContain('phrases: [退款还没到]');
    expect(await change.locator('pre .new').first().textContent()).toContain('一直没退款');
    await versions.nth(1).locator('a').click();
    await page.getByText('新增 1 条，修改 0 条，删除 0 条').waitFor();
    await versions.last().locator('a').click();
    await page.getByText('这是第一个版本').waitFor();
    expect(await page.getByRole('button', { name: '回滚到此版本' }).count()).toBe(0);
  });

  test('a rollback wants a reason, and is in force and on record after it', async () => {
    const { page } = await open('ra');
    await page.getByRole('link', { name: '版本' }).click();
    await page.locator('.version-list li').nth(1).locator('a').click();
    await page.getByRole('button', { name: '回滚到此版本' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: '回滚到此版本' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('原因（必填）').fill('误报太多');
    await confirm.click();
    const newest = page.locator('.version-list li').first();
    await expect.poll(() => newest.textContent()).toMatch(/回滚.*生效中.*郑伟 ra.*误报太多/);
    await dialog.waitFor({ state: 'hidden' });
  });

  test('where analysis is off the page says so and shows the rules all the same', async () => {
    const ready = analysis;
    analysis = undefined;
    const { page } = await open('ra');
    await page.getByText('分析引擎未启用，命中数不可用').waitFor();
    expect(await page.locator('.rule-table .row[data-rule]').count()).toBeGreaterThan(10);
    analysis = ready;
  });

  test('whoever may not read them is neither shown them nor led to them', async () => {
    const { page } = await open('fs');
    await page.getByRole('heading', { name: '实时会话' }).waitFor();
    expect(await page.getByRole('link', { name: '规则' }).count()).toBe(0);
    await page.goto(`${world.console.url}/#/rules`);
    await page.getByRole('heading', { name: '实时会话' }).waitFor();
  });

  test.each([
    { dark: false, lang: 'zh' },
    { dark: true, lang: 'en' },
  ] as const)('list and version pass the accessibility audit, dark $dark in $lang', async (look) => {
    const { page } = await open('ql', look);
    await page.goto(`${world.console.url}/#/rules?rule=refund-late`);
    await page.locator('.rule-detail .by-version').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${world.console.url}/#/rules/versions/2`);
    await page.locator('.change summary').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test.each([1440, 1024])('fits a window %d wide', async (width) => {
    const { page } = await open('ql', { lang: 'en' });
    await page.setViewportSize({ width, height: 760 });
    const parts = page.locator('html, .top-bar, .panel-head, .rule-side, .rule-table .row, .version-list');
    for (const [path, shown] of [
      ['/#/', '.wall .table'],
      ['/#/rules?rule=refund-late', '.rule-detail .by-version'],
      ['/#/rules/versions/2', '.change summary'],
    ] as const) {
      await page.goto(`${world.console.url}${path}`);
      await page.locator(shown).first().waitFor();
      const tooWide = () =>
        parts.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className));
      // The page before may still be leaving.
      await expect.poll(async () => [path, await tooWide()]).toEqual([path, []]);
    }
  });
});
