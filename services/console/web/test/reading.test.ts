import type { HistoryCount } from '@earshot/model';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Said } from '../mock/scene.js';
import { openPages, type Pages } from './pages.js';
import { aCall, actAs, know, raise, say } from './script.js';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
beforeEach(() => pages.restart({}));
afterAll(() => pages.close());

const WITH_NUMBERS: Said = {
  role: 'customer',
  text: '我手机[MOBILE:3ad579]，卡号[BANK_CARD:91ab3e]，我要投诉到底',
  hit: { words: '[BANK_CARD:91ab3e]，我要投诉', ruleId: 'r', title: '扬言投诉', severity: 'high' },
};

describe('masked values', () => {
  test.each([
    ['/#/c/call-1', 'zh', ['手机号', '银行卡号'], '已脱敏 · 3ad579'],
    ['/desk.html', 'zh', ['手机号', '银行卡号'], '已脱敏 · 3ad579'],
    ['/desk.html', 'en', ['mobile number', 'bank card number'], 'Masked · 3ad579'],
  ] as const)('on %s in %s are words with a lock, and the hit stays around them', async (path, lang, words, title) => {
    const { open } = await pages.profile({ lang });
    const row = aCall(pages.mock);
    const page = await open(path);
    say(pages.mock, row, WITH_NUMBERS, 0);
    const line = page.locator('[role=log] .line p');
    await line.getByText(words[0]).waitFor();
    expect(await line.locator('.mask').allTextContents()).toEqual(words);
    expect(await line.locator('.mask').first().getAttribute('title')).toBe(title);
    expect(await line.locator('.mask svg').count()).toBe(2);
    const marked = line.locator('mark');
    expect(await marked.locator('.mask').allTextContents()).toEqual([words[1]]);
    expect((await marked.allTextContents()).join('')).toContain('，我要投诉');
    expect(await page.locator('body').textContent()).not.toContain('[MOBILE');
  });

  test('are copied as words, without the notes for readers', async () => {
    const { open } = await pages.profile();
    const row = aCall(pages.mock);
    for (const path of ['/#/c/call-1', '/desk.html']) {
      const page = await open(path);
      say(pages.mock, row, WITH_NUMBERS, 0);
      const line = page.locator('[role=log] .line p');
      await line.getByText('手机号').waitFor();
      await line.evaluate((element) => getSelection()?.selectAllChildren(element));
      await page.keyboard.press('ControlOrMeta+c');
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied.replace(/\s/g, '')).toBe('我手机手机号，卡号银行卡号，我要投诉到底');
    }
  });
});

describe('repeat contact', () => {
  const before = { conversationId: 'call-0', channel: 'chat', atMs: Date.now() - 86_400_000 } as const;
  const third: HistoryCount = {
    subject: { kind: 'customer', id: 'k' },
    cause: 1,
    knownMs: Date.now(),
    count: 3,
    tags: [],
    earlier: [before],
  };

  test('stands on the alert of the wall, with a way to the contacts before, and on the prompt of the desk', async () => {
    const { open } = await pages.profile();
    const wall = await open('/');
    const desk = await open('/desk.html');
    const alert = raise(pages.mock, aCall(pages.mock), 'asks-manager');
    know(pages.mock, alert, third);
    await wall.locator(`.alert[data-alert="${alert.id}"]`).getByText('重复进线 · 7 天内第 3 次').waitFor();
    await desk.locator('.card').getByText('重复进线 · 7 天内第 3 次').waitFor();
    await wall.locator(`.alert[data-alert="${alert.id}"] a`).click();
    await wall.locator('.evidence .history').getByRole('link', { name: '在线' }).click();
    await wall.waitForURL(/#\/c\/call-0$/);
  });
});

describe('people on the wall', () => {
  test('stand with their names beside their numbers: in rows, alerts, claims', async () => {
    const { open } = await pages.profile();
    const page = await open('/');
    const alert = raise(pages.mock, aCall(pages.mock), 'asks-manager');
    await page.getByRole('cell', { name: '王芳 10001' }).waitFor();
    const item = page.locator(`.alert[data-alert="${alert.id}"]`);
    await item.getByText('坐席 王芳 10001').waitFor();
    actAs(pages.mock, alert.id, { kind: 'claim' }, '20007');
    await page.getByText(/^已认领 \d+$/).click();
    await item.getByText('赵组长 20007 已认领').waitFor();
  });

  test('stand in the time line of an alert, each step with the time since the words', async () => {
    const { open } = await pages.profile();
    const row = aCall(pages.mock);
    const alert = raise(pages.mock, row, 'asks-manager');
    const page = await open(`/#/c/call-1?alert=${encodeURIComponent(alert.id)}`);
    const steps = page.locator('.evidence.current .steps li');
    await steps.filter({ hasText: '认领' }).getByText('待定').waitFor();
    expect((await steps.locator('span').allTextContents()).join(' → ')).toBe(
      '说出 → 接收 → 判定 → 送达 → 看到 → 认领 → 处置',
    );
    expect(await steps.filter({ hasText: '判定' }).locator('b').textContent()).toBe('+26 毫秒');
    actAs(pages.mock, alert.id, { kind: 'claim' }, '20007');
    await steps.filter({ hasText: '认领' }).getByText('赵组长 20007').waitFor();
    expect(await steps.filter({ hasText: '看到' }).getAttribute('class')).toBe('ahead');
    actAs(pages.mock, alert.id, { kind: 'resolve', outcome: 'rescued' }, '20007');
    await steps.filter({ hasText: '已处置' }).getByText('已化解').waitFor();
  });
});

describe('a newcomer', () => {
  test('is told on an empty wall how to send a conversation, with the address of this installation', async () => {
    await pages.restart({ rows: 0, ingestUrl: 'http://127.0.0.1:8701' });
    const { open } = await pages.profile();
    const page = await open('/');
    await page.getByText('还没有会话').waitFor();
    expect(await page.locator('.first-steps pre').textContent()).toContain('curl http://127.0.0.1:8701/v1/');
    expect(await page.getByRole('link', { name: /接口文档/ }).getAttribute('href')).toBe('http://127.0.0.1:8701/docs');
    aCall(pages.mock);
    await page.getByRole('row').getByText('no-call-1').waitFor();
    expect(await page.getByText('还没有会话').count()).toBe(0);
  });

  test('reads pages in the language of the start, until another is chosen', async () => {
    await pages.restart({ lang: 'en' });
    const { context } = await pages.profile();
    const page = await context.newPage();
    for (const path of ['/', '/desk.html']) {
      await page.goto(pages.mock.url + path);
      await page.getByText('Live', { exact: true }).first().waitFor();
    }
    await page.getByRole('button', { name: '切换到中文' }).click();
    await page.goto(`${pages.mock.url}/`);
    await page.locator('.link', { hasText: '实时' }).waitFor();
  });
});

test.each([
  ['/desk.html', 380, 700],
  ['/desk.html', 520, 760],
  ['/#/c/call-1', 1366, 768],
  ['/', 1366, 768],
  ['/', 1024, 700],
] as const)('%s at %d by %d fits its window', async (path, width, height) => {
  const { open } = await pages.profile({ lang: 'en' });
  const page = await open(path);
  await page.setViewportSize({ width, height });
  const long = { externalIds: { call: `no-${'20261122'.repeat(5)}` }, agents: ['10001', '10100', '10101', '10102'] };
  for (const id of ['call-1', 'call-2', 'call-3']) {
    raise(pages.mock, aCall(pages.mock, id, { ...long, channel: 'chat' }), 'regulator-threat');
  }
  await page.locator('[data-alert]').nth(2).waitFor();
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);
  const clipped = await page
    .locator('.prompts, .waiting, .virtual, .page, .row, .facts')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className));
  expect(clipped).toEqual([]);
  const log = page.locator('[role=log]');
  if (path !== '/') expect(await log.evaluate((element) => element.clientHeight)).toBeGreaterThan(120);
});
