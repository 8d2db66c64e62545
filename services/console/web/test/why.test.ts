import { createScope } from '@earshot/kit';
import type { ConversationRecord, Finding } from '@earshot/model';
import { judgeRecord, type RuleSet, recordOf, type Turn } from '@earshot/rules';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { landConversation } from '../../test/support/past.js';
import { alertOf, fact } from '../../test/support/records.js';
import { openRules, openWarehouse } from '../../test/support/rules.js';
import { factsOf } from '../../test/support/said.js';
import { openWorld, type World } from '../../test/support/world.js';
import { violations } from './axe.js';
import { openPages, type Pages } from './pages.js';

const scope = createScope();
let pages: Pages;
let world: World;
let set: RuleSet;
let warehouse: Awaited<ReturnType<typeof openWarehouse>>;
let forgotten = false;

const FILES = {
  'own.yaml': `rules:
  - id: threatens-after-waiting
    title: { zh: 久等后扬言投诉, en: Threatens after a long wait }
    severity: critical
    roles: [customer]
    when:
      and:
        - then:
            first: { phrases: [等了三天, 一直没人处理] }
            next: { or: [{ phrases: [投诉, '12315'] }, { phrases: [律师] }] }
            withinSeconds: 120
        - not: { phrases: [谢谢你] }
        - count: { of: { sentiment: { of: anger, atLeast: 0.6 } }, atLeast: 2, withinSeconds: 300 }
    unless: { phrases: [算了], afterSeconds: 30 }
    prompt: { what: 客户久等后要投诉, say: [非常抱歉让您久等], next: 先致歉，再给时限 }
  - id: waited-then-threatens
    title: { zh: 等过又扬言投诉, en: Waited and threatens }
    severity: medium
    only: { channels: [voice] }
    roles: [customer]
    when: { then: { first: { phrases: [我等了三天了] }, next: { phrases: [投诉] } } }
    prompt: { what: 客户等过, next: 查进度 }
`,
};

const say = (role: 'customer' | 'agent', text: string, atMs: number, anger?: number): Turn => ({
  role,
  text,
  atMs,
  ...(anger === undefined ? {} : { scores: { anger, negative: anger, neutral: 1 - anger } }),
});
const TALK = [
  say('agent', '您好，请问有什么可以帮您？', 0),
  say('customer', '我的退款等了三天，一直没人处理。', 4_000, 0.62),
  say('agent', '您稍等，我查一下。', 11_000),
  say('customer', '再不处理我就打12315投诉你们！', 18_000, 0.91),
];

function talk(conversationId: string, turns: Turn[] = TALK): ConversationRecord {
  const startedAtMs = Date.now() - 60_000;
  return { ...recordOf(turns, { conversationId, startedAtMs, open: true }), tenant: 'bank' };
}

beforeAll(async () => {
  pages = await openPages();
  scope.defer('pages', () => pages.close());
  const { inForce, publisher } = await openRules(scope);
  await publisher.publish('bank', { files: FILES, appliesToRunning: false }, { by: 'ra', why: '久等投诉' });
  set = inForce.ruleSet(inForce.stamp('bank')?.hash ?? '') as RuleSet;
  const files: typeof publisher.files = (tenant, hash) => (forgotten ? undefined : publisher.files(tenant, hash));
  warehouse = await openWarehouse(scope);
  world = await openWorld({
    deps: {
      warehouse: () => warehouse,
      webDir: pages.dist.webDist,
      widgetDir: pages.dist.widgetDist,
      publisher: { ...publisher, files },
      ruleSet: inForce.ruleSet,
    },
  });
  scope.defer('console', () => world.close());
});
afterAll(() => scope.close());

async function happen(record: ConversationRecord, finding: Finding, state: 'raised' | 'retracted' = 'raised') {
  const { conversationId } = record;
  const agent = { participantId: 'agent', role: 'agent', staffNumber: 'a1', leg: 'agent' } as const;
  const joined = fact(conversationId, { kind: 'participant-joined', ...agent });
  const stamp = () => ({ epoch: 1, hash: set.hash, appliesToRunning: false });
  await world.fact(joined, ...factsOf(record, stamp));
  const alert = { ...alertOf({ id: finding.id, conversationId, version: 1, state }), finding };
  await world.alert({ kind: 'alert', alert });
}

async function open(conversationId: string, finding: Finding, look: { dark?: boolean; lang?: 'zh' | 'en' } = {}) {
  const profile = await pages.profile(look);
  const page = await profile.visit(await world.console.issueSignInLink('fs'));
  await page.goto(`${world.console.url}/#/c/${conversationId}?alert=${finding.id}`);
  const card = page.locator('.evidence.current');
  await card.waitFor();
  return { ...profile, page, card };
}

const findingOf = (record: ConversationRecord) => judgeRecord(set, record, { latenessMs: 3_000 })[0] as Finding;

describe('the conditions of a finding', () => {
  test('stand on its card, each met or not, with words, times and limits, and lead to the words', async () => {
    const record = talk('c1');
    const finding = findingOf(record);
    await happen(record, finding);
    const { page, card, complaints } = await open('c1', finding);
    await card.getByRole('button', { name: '查看判定条件' }).click();
    const tree = card.locator('.why-tree');
    await tree.getByText('先后出现（120 秒内）').waitFor();
    await tree.getByText('累计 2 次（300 秒内）').waitFor();
    await tree.getByText('没有例外（之后 30 秒内）').waitFor();
    expect(await tree.locator('li.met mark').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('等了三天'), expect.stringContaining('12315')]),
    );
    const lawyer = tree.locator('li.unmet', { has: page.getByText('出现任一：律师') }).last();
    expect(await lawyer.textContent()).toContain('均未命中');
    expect(await tree.textContent()).toMatch(/得分 0.62/);
    expect(await tree.textContent()).not.toMatch(/u:customer|t:\d/);
    expect(await card.locator('.why').textContent()).toContain(`按规则集 ${set.hash.slice(0, 8)} 判定`);
    await page.setViewportSize({ width: 1440, height: 480 });
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
    await tree.getByRole('button').first().click();
    await expect
      .poll(() => page.locator('[id="line-customer:0"]').evaluate((line) => line.getAnimations().length))
      .toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test('of one that was taken back say so, and what took it back', async () => {
    const finding = findingOf(talk('c2'));
    await happen(talk('c2', [...TALK, say('customer', '算了，不说了', 24_000)]), finding, 'retracted');
    const { card } = await open('c2', finding);
    await card.getByRole('button', { name: '查看判定条件' }).click();
    await card.getByText('这条命中已撤回').waitFor();
    expect(await card.locator('.why-tree li.unmet mark').last().textContent()).toContain('算了');
  });

  test('are not shown where the rule set is no longer known, and that is said', async () => {
    const record = talk('c3');
    const finding = findingOf(record);
    await happen(record, finding);
    forgotten = true;
    const { card } = await open('c3', finding, { lang: 'en' });
    await card.getByRole('button', { name: 'Show the conditions' }).click();
    await card.getByText(/What stood in rule set \w{8} is no longer known/).waitFor();
    expect(await card.locator('.why-tree').count()).toBe(0);
    forgotten = false;
  });

  test('are shown for a finding of the past over its archived words; without scores there is no mood line', async () => {
    const words = ['我等了三天了', '我要打12315投诉'].map((text) => ({ role: 'customer' as const, text }));
    const startedAtMs = Date.now() - 26 * 3_600_000;
    const record = { ...recordOf(words, { conversationId: 'old', startedAtMs }), tenant: 'bank' };
    const finding = findingOf(record);
    expect(finding.ruleId).toBe('waited-then-threatens');
    await landConversation(warehouse, record, finding);
    const { visit } = await pages.profile();
    const page = await visit(await world.console.issueSignInLink('fs'));
    await page.goto(`${world.console.url}/#/c/old`);
    const card = page.locator(`.evidence[data-alert="${finding.id}"]`);
    await card.getByText('归档').waitFor();
    expect(await page.locator('[role=log] mark').count()).toBeGreaterThan(1);
    await page.getByText('该会话没有留存情绪得分，不显示情绪曲线。').waitFor();
    await card.getByRole('button', { name: '查看判定条件' }).click();
    await card.getByText('按归档的语句、情绪得分和历史次数重新判定得出').waitFor();
    expect(await card.locator('.why-tree > li.met').count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  });

  test('of the past bring the mood line along where scores are kept', async () => {
    const turns = ['我等了三天了', '我要打12315投诉'].map((text, n) => ({
      ...{ role: 'customer' as const, text },
      scores: { negative: 0.4 + n / 4, anger: 0.3 + n / 2 },
    }));
    const startedAtMs = Date.now() - 27 * 3_600_000;
    const record = { ...recordOf(turns, { conversationId: 'felt', startedAtMs }), tenant: 'bank' };
    await landConversation(warehouse, record, findingOf(record));
    const { visit } = await pages.profile();
    const page = await visit(await world.console.issueSignInLink('fs'));
    await page.goto(`${world.console.url}/#/c/felt`);
    const line = page.locator('figure.mood');
    await line.getByText('愤怒').first().waitFor();
    expect(await line.locator('svg').count()).toBeGreaterThan(0);
    expect(await page.getByText('该会话没有留存情绪得分').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test.each([
    { dark: false, lang: 'zh' },
    { dark: true, lang: 'en' },
  ] as const)('pass the accessibility audit, dark $dark in $lang', async (look) => {
    const record = talk('c4');
    const finding = findingOf(record);
    await happen(record, finding);
    const { page, card } = await open('c4', finding, look);
    await card.locator('.why button').first().click();
    await card.locator('.why-tree').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
