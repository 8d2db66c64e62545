import { createScope } from '@earshot/kit';
import type { ConversationFact } from '@earshot/model';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertOf, fact } from '../../test/support/records.js';
import { openWorld, type World } from '../../test/support/world.js';
import { violations } from './axe.js';
import { openPages, type Pages } from './pages.js';

const scope = createScope();
let pages: Pages;
let world: World;

beforeAll(async () => {
  pages = await openPages();
  scope.defer('pages', () => pages.close());
  world = await openWorld({ deps: { webDir: pages.dist.webDist, widgetDir: pages.dist.widgetDist } });
  scope.defer('console', () => world.close());
});
afterAll(() => scope.close());

const FROM_MS = Date.now() - 120_000;
const EVERY_MS = 5_000;

type Role = 'customer' | 'agent';

function say(conversationId: string, segment: number, role: Role, text: string): ConversationFact {
  const startMs = FROM_MS + segment * EVERY_MS;
  return fact(conversationId, {
    kind: 'utterance',
    participantId: role,
    role,
    leg: 'c',
    segment,
    revision: 0,
    final: true,
    text,
    startMs,
    endMs: startMs + 2_000,
  });
}

function feel(conversationId: string, segment: number, negative: number, anger: number): ConversationFact {
  const scores = { negative, neutral: 1 - negative, positive: 0, anger, offensive: 0 };
  return {
    tenant: 'bank',
    conversationId,
    eventId: `score-${segment}`,
    atMs: FROM_MS,
    receivedAtMs: 0,
    source: 'voice',
    body: { kind: 'score', leg: 'c', segment, revision: 0, model: 'm', scores },
  };
}

/** A long talk that grows angry, with an alert at its hottest. */
async function aTalk(id: string, lines = 40): Promise<void> {
  const agent = { participantId: 'agent', role: 'agent', staffNumber: 'a1', leg: 'a' } as const;
  const role = (segment: number): Role => (segment % 2 === 0 ? 'customer' : 'agent');
  const said = Array.from({ length: lines }, (_, n) => say(id, n, role(n), `第 ${n} 句，还没有人处理我的退款`));
  const felt = said.flatMap((_, n) => (n % 2 === 0 ? [feel(id, n, Math.min(0.95, n / lines + 0.1), n / lines)] : []));
  await world.fact(fact(id, { kind: 'participant-joined', ...agent }), ...said, ...felt);
  const alert = alertOf({ id: `alert-${id}`, conversationId: id, version: 1, segment: 30, spans: [] });
  for (const words of alert.finding.evidence) words.startMs = FROM_MS + 30 * EVERY_MS;
  await world.alert({ kind: 'alert', alert });
}

async function open(id: string, look: { dark?: boolean; lang?: 'zh' | 'en' } = {}) {
  const profile = await pages.profile(look);
  const page = await profile.visit(await world.console.issueSignInLink('fs'));
  await page.goto(`${world.console.url}/#/c/${id}`);
  await page.locator('.mood').waitFor();
  return { ...profile, page, mood: page.locator('.mood'), slider: page.getByRole('slider') };
}

const inView = (page: Page, segment: number) =>
  page.evaluate((id) => {
    const line = document.getElementById(id)?.getBoundingClientRect();
    const log = document.querySelector('[role=log]')?.getBoundingClientRect();
    return line && log ? line.top >= log.top && line.bottom <= log.bottom : false;
  }, `line-c:${segment}`);

describe('the mood line', () => {
  test('says what the pointer is at, and a click leads to the words', async () => {
    await aTalk('c1');
    const { page, slider, mood, complaints } = await open('c1');
    await expect.poll(() => mood.locator('circle.negative').count()).toBe(20);
    const box = await slider.boundingBox();
    if (!box) throw new Error('no chart');
    await page.mouse.move(box.x + 12, box.y + 40);
    await expect.poll(() => mood.locator('.readout').textContent()).toMatch(/^客户 .* · 负面 0.10 · 愤怒 0.00$/);
    expect(await inView(page, 0)).toBe(false);
    await page.mouse.click(box.x + 12, box.y + 40);
    await expect.poll(() => inView(page, 0)).toBe(true);
    await mood.locator('.mark rect').click();
    await expect.poll(() => inView(page, 30)).toBe(true);
    expect(await mood.locator('.mark title').textContent()).toBe('扬言投诉');
    expect(complaints).toEqual([]);
  });

  test('is walked by keys, each utterance read out, and Enter leads to the words', async () => {
    await aTalk('c2');
    const { page, slider, mood } = await open('c2', { lang: 'en' });
    await expect.poll(() => mood.locator('circle.negative').count()).toBe(20);
    await slider.focus();
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^Customer .* · negative 0.10 · anger 0.00$/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuenow')).toBe('3');
    await page.keyboard.press('Enter');
    await expect.poll(() => inView(page, 4)).toBe(true);
    await page.keyboard.press('End');
    expect(await slider.getAttribute('aria-valuenow')).toBe('20');
  });

  test('grows as scores come, without moving the page, and shows staff only where theirs are scored', async () => {
    await world.fact(say('c3', 0, 'customer', '你们怎么回事'), say('c3', 1, 'agent', '您别急'));
    const { page, mood } = await open('c3');
    await mood.getByText('还没有情绪得分').waitFor();
    const top = () => page.locator('.transcript').evaluate((element) => element.getBoundingClientRect().top);
    const before = await top();
    await world.fact(feel('c3', 0, 0.7, 0.6));
    await expect.poll(() => mood.locator('circle.negative').count()).toBe(1);
    expect(await top()).toBe(before);
    expect(await mood.getByText('坐席（负面）').count()).toBe(0);
    await world.fact(feel('c3', 1, 0.2, 0.1));
    await mood.getByText('坐席（负面）').waitFor();
    expect(await mood.locator('circle.negative').count()).toBe(1);
  });

  test.each([
    { dark: false, lang: 'zh' },
    { dark: true, lang: 'en' },
  ] as const)('passes the accessibility audit, dark $dark in $lang', async (look) => {
    await aTalk('c4');
    const { page, mood } = await open('c4', look);
    await expect.poll(() => mood.locator('circle.negative').count()).toBe(20);
    expect(await violations(page)).toEqual([]);
  });
});
