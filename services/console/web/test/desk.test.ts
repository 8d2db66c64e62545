import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPages, type Pages } from './pages.js';
import { aCall, actAs, raise, say } from './script.js';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
beforeEach(() => pages.restart({}));
afterAll(() => pages.close());

const told = () => pages.mock.acts.map((act) => `${act.alertId} ${act.action.kind}`);

describe('the agent desk', () => {
  test('shows what happened, what to say and what to do next, announces it and tells that it was seen', async () => {
    const { open, complaints } = await pages.profile();
    const page = await open('/desk.html');
    expect(await page.locator('[role=alert]').textContent()).toBe('');
    const row = aCall(pages.mock);
    const alert = raise(pages.mock, row, 'regulator-threat');
    const card = page.locator('.card');
    await card.getByRole('heading', { name: '扬言向监管投诉' }).waitFor();
    expect(await card.locator('.say li').count()).toBe(3);
    expect(await card.locator('.next').textContent()).toContain('先致歉');
    expect(await page.locator('[role=alert]').textContent()).toContain('严重预警：扬言向监管投诉');
    expect(await page.locator('[role=log] mark').getAttribute('title')).toBe('扬言向监管投诉');
    await expect.poll(told).toEqual([`${alert.id} delivered`, `${alert.id} seen`]);
    expect(complaints).toEqual([]);
  });

  test('copies a sentence by its key, takes the verdict, and puts the prompt away by Escape', async () => {
    const { open } = await pages.profile();
    const page = await open('/desk.html');
    const alert = raise(pages.mock, aCall(pages.mock), 'regulator-threat');
    await page.locator('.card').waitFor();
    await expect
      .poll(async () => {
        await page.keyboard.press('2');
        return page.evaluate(() => navigator.clipboard.readText());
      })
      .toBe('我现在就请主管一起处理，您不用再重复说明。');
    await page.getByRole('button', { name: '没用' }).click();
    await expect.poll(() => pages.mock.acts.at(-1)?.action).toEqual({ kind: 'feedback', useful: false });
    await page.keyboard.press('Escape');
    await page.getByText('暂无话术提示').waitFor();
    await page.reload();
    await page.getByText('暂无话术提示').waitFor();
    expect(told().filter((entry) => entry === `${alert.id} seen`)).toHaveLength(1);
  });

  test('keeps the prompt over a reload without telling again, and does not pop it up in a second tab', async () => {
    const { open } = await pages.profile();
    const page = await open('/desk.html');
    raise(pages.mock, aCall(pages.mock), 'regulator-threat');
    await page.locator('.card').waitFor();
    await expect.poll(() => told().length).toBe(2);
    await page.reload();
    await page.locator('.card').waitFor();
    const second = await open('/desk.html');
    await second.locator('.waiting').getByText('扬言向监管投诉').waitFor();
    expect(await second.locator('.card').count()).toBe(0);
    expect(await second.locator('[role=alert]').textContent()).toBe('');
    expect(told()).toHaveLength(2);
  });

  test('puts the more urgent prompt in front, names the conversation it means, and takes a retraction back', async () => {
    const { open } = await pages.profile();
    const page = await open('/desk.html');
    raise(pages.mock, aCall(pages.mock, 'one', { channel: 'chat' }), 'asks-manager');
    const alert = raise(pages.mock, aCall(pages.mock, 'two', { channel: 'chat' }), 'regulator-threat');
    await page.locator('.card').getByRole('heading', { name: '扬言向监管投诉' }).waitFor();
    expect(await page.locator('.card .meant').textContent()).toBe('在线 no-two');
    expect(await page.getByRole('tab').count()).toBe(2);
    actAs(pages.mock, alert.id, { kind: 'resolve', outcome: 'false-alarm' }, '20001');
    await page.locator('.card').getByRole('heading', { name: '要求主管接听' }).waitFor();
  });

  test('says when the connection is lost and catches up after it, showing nothing twice', async () => {
    const { open } = await pages.profile();
    const page = await open('/desk.html');
    const row = aCall(pages.mock);
    raise(pages.mock, row, 'asks-manager');
    await page.locator('.card').waitFor();
    await expect.poll(() => told().length).toBe(2);
    await page.context().setOffline(true);
    pages.mock.dropSockets();
    await page.getByText(/连接断开 \d+ 秒/).waitFor();
    say(pages.mock, row, { role: 'customer', text: '还在吗' }, 8);
    await page.context().setOffline(false);
    await page.getByText('还在吗').waitFor();
    await page.locator('.link.good').waitFor();
    expect(told()).toHaveLength(2);
  });

  test('stops following the talk when the agent scrolls up, and says how much is new', async () => {
    const { open } = await pages.profile();
    const page = await open('/desk.html');
    const row = aCall(pages.mock);
    for (let n = 0; n < 40; n += 1) say(pages.mock, row, { role: n % 2 ? 'agent' : 'customer', text: `第 ${n} 句` }, n);
    await page.getByText('第 39 句').waitFor();
    await page.locator('[role=log]').evaluate((log) => {
      log.scrollTop = 0;
    });
    await page.waitForFunction(() => document.querySelector('[role=log]')?.scrollTop === 0);
    for (let n = 40; n < 43; n += 1)
      say(pages.mock, row, { role: n % 2 ? 'agent' : 'customer', text: `第 ${n} 句` }, n);
    await page.getByRole('button', { name: '↓ 3 条新内容' }).click();
    expect(await page.locator('[role=log]').evaluate((log) => log.scrollTop > 100)).toBe(true);
  });
});
