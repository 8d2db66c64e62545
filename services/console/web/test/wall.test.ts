import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sortedRows } from '../../client/src/live/select.js';
import { openPages, type Pages } from './pages.js';
import { aCall, actAs, raise, say } from './script.js';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
beforeEach(() => pages.restart({}));
afterAll(() => pages.close());

describe('the supervisor wall', () => {
  test('says "claiming" until the claim comes back, then lets it be resolved', async () => {
    await pages.restart({ actDelayMs: 700 });
    const { open, complaints } = await pages.profile();
    const page = await open('/');
    const alert = raise(pages.mock, aCall(pages.mock), 'asks-manager');
    const item = page.locator(`.alert[data-alert="${alert.id}"]`);
    await item.getByRole('button', { name: '认领' }).click();
    await item.getByRole('button', { name: '认领中…' }).waitFor();
    await page.getByText(/^已认领 \d+$/).click();
    await item.getByText('我已认领').waitFor();
    await item.getByRole('button', { name: '处置', exact: true }).click();
    await item.getByRole('button', { name: '已化解' }).click();
    await page.getByText(/^已结束 1$/).click();
    await item.getByText('已处置 · 已化解').waitFor();
    expect(pages.mock.acts.at(-1)?.action).toEqual({ kind: 'resolve', outcome: 'rescued' });
    expect(complaints).toEqual([]);
  });

  test('tells who was faster when a claim is lost, and shows what others have claimed', async () => {
    await pages.restart({ actDelayMs: 700 });
    const { open } = await pages.profile();
    const page = await open('/');
    const alert = raise(pages.mock, aCall(pages.mock), 'asks-manager');
    const item = page.locator(`.alert[data-alert="${alert.id}"]`);
    await item.getByRole('button', { name: '认领' }).click();
    actAs(pages.mock, alert.id, { kind: 'claim' }, '20007');
    await page.getByText('20007 先一步认领了“要求主管接听”').waitFor();
    await page.getByText(/^已认领 \d+$/).click();
    await item.getByText('20007 已认领').waitFor();
  });

  test('pops up what interrupts once per person, in one of two tabs', async () => {
    const { open } = await pages.profile();
    const tabs = [await open('/'), await open('/')];
    const alert = raise(pages.mock, aCall(pages.mock), 'regulator-threat');
    for (const tab of tabs) await tab.locator(`.alert[data-alert="${alert.id}"]`).waitFor();
    const pops = async () =>
      (await Promise.all(tabs.map((tab) => tab.locator('.pop').count()))).reduce((a, b) => a + b);
    await expect.poll(pops).toBe(1);
    await expect.poll(() => pages.mock.acts.map((act) => act.action.kind).sort()).toEqual(['delivered', 'seen']);
    expect(await pops()).toBe(1);
  });

  test('opens the conversation of an alert with its evidence, and follows the talk there', async () => {
    const { open } = await pages.profile();
    const page = await open('/');
    const row = aCall(pages.mock);
    const alert = raise(pages.mock, row, 'regulator-threat');
    await page.locator(`.alert[data-alert="${alert.id}"] a`).click();
    const evidence = page.locator(`.evidence[data-alert="${alert.id}"]`);
    await evidence.locator('blockquote mark').getByText('金融监管总局投诉').waitFor();
    expect(await evidence.textContent()).toContain('先致歉，再给出时限');
    say(pages.mock, row, { role: 'customer', text: '我等您电话' }, 9);
    await page.locator('[role=log]').getByText('我等您电话').waitFor();
  });

  test('finds a conversation by an external id and says so when there is none', async () => {
    const { open } = await pages.profile();
    const page = await open('/');
    aCall(pages.mock);
    await page.keyboard.press('/');
    await page.keyboard.type('no-call-1');
    await page.keyboard.press('Enter');
    await page.getByRole('row').getByText('no-call-1').waitFor();
    await page.getByRole('searchbox').or(page.getByLabel('查找会话')).first().fill('nothing-like-it');
    await page.keyboard.press('Enter');
    await page.getByText('没有找到').waitFor();
  });

  test('moves, opens, claims and goes back by keys; not while they are switched off', async () => {
    const { open } = await pages.profile();
    const page = await open('/');
    const alert = raise(pages.mock, aCall(pages.mock), 'regulator-threat');
    await page.locator(`.alert[data-alert="${alert.id}"]`).waitFor();
    await page.keyboard.press('j');
    expect(await page.locator('.alert.selected').getAttribute('data-alert')).toBe(alert.id);
    await page.keyboard.press('Enter');
    await page.locator('.evidence.current').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: '实时会话' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('switch').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.keyboard.press('/');
    expect(pages.mock.acts.filter((act) => act.action.kind === 'claim')).toEqual([]);
  });

  test('says that analysis is off and that alerts are not touched by it', async () => {
    await pages.restart({ analysis: 'off' });
    const { open } = await pages.profile();
    const page = await open('/');
    await page.getByText('分析引擎未启用').waitFor();
  });

  test('holds 1,500 rows, draws only those in view, and leaves the page alone when others change', async () => {
    await pages.restart({ rows: 1500 });
    const { open } = await pages.profile();
    const page = await open('/');
    await page.getByText('显示 1500 / 1500').waitFor();
    expect(await page.locator('.row').count()).toBeLessThan(60);
    const sorted = sortedRows(pages.mock.world.rows);
    const [inView, outOfView] = [sorted[0], sorted.at(-1)];
    if (!inView || !outOfView) throw new Error('no rows');
    await page.evaluate(() => {
      // Ages tick by themselves; everything else that changes in the table is counted.
      const isAge = ({ target }: MutationRecord) =>
        (target instanceof Element ? target : target.parentElement)?.closest('time') !== null;
      new MutationObserver((changes) => {
        const counted = Number(document.body.dataset.changes ?? 0) + changes.filter((one) => !isAge(one)).length;
        document.body.dataset.changes = String(counted);
      }).observe(document.querySelector('.table') as Node, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    });
    for (let n = 0; n < 5; n += 1) {
      const rows = [{ ...outOfView, utterances: 900 + n }];
      pages.mock.say({ type: 'conversations', reset: false, rows, removed: [] });
    }
    pages.mock.say({ type: 'conversations', reset: false, rows: [{ ...inView, utterances: 777 }], removed: [] });
    await page.getByRole('cell', { name: '777', exact: true }).waitFor();
    expect(await page.evaluate(() => Number(document.body.dataset.changes))).toBe(1);
  });
});

describe('who is there', () => {
  test('the wall counts those who are online and names each of them', async () => {
    const { open, complaints } = await pages.profile();
    const page = await open('/');
    await page.getByRole('button', { name: '在线 2/3' }).click();
    const line = (staffNumber: string) => page.locator(`li[data-staff="${staffNumber}"]`);
    await line('10001').getByText('坐席端').waitFor();
    expect(await line('10001').textContent()).toContain('在线');
    expect(await line('20007').textContent()).toContain('离线');
    expect(complaints).toEqual([]);
  });

  test('nobody is called offline while other consoles are not heard', async () => {
    await pages.restart({ alone: true });
    const { open } = await pages.profile();
    const page = await open('/');
    await page.getByRole('button', { name: '在线 2/3' }).click();
    await page.getByText('名单可能不全').waitFor();
    expect(await page.locator('li[data-staff="20007"]').textContent()).toContain('未知');
  });
});
