import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPages, type Pages } from './pages.js';
import { aCall, raise, say } from './script.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
beforeEach(() => pages.restart({}));
afterAll(() => pages.close());

interface AxeWindow {
  axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
}

async function violations(page: Page): Promise<string[]> {
  // The content policy lets no page load a script of ours by tag, so it goes in through the debugger.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => (window as unknown as AxeWindow).axe.run());
  return found.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

test.each([
  { dark: false, lang: 'zh' },
  { dark: true, lang: 'en' },
] as const)('both pages pass the accessibility audit, dark $dark in $lang', async (look) => {
  const { open } = await pages.profile(look);
  const [wall, desk] = [await open('/'), await open('/desk.html')];
  const row = aCall(pages.mock);
  aCall(pages.mock, 'second', { channel: 'chat' });
  const critical = raise(pages.mock, row, 'regulator-threat');
  raise(pages.mock, row, 'asks-manager', 6);
  raise(pages.mock, row, 'agent-shirks', 7);
  await desk.locator('.card').waitFor();
  expect(await violations(desk)).toEqual([]);
  await wall.locator('.pop').first().waitFor();
  expect(await violations(wall)).toEqual([]);
  await wall.locator(`.alert[data-alert="${critical.id}"] a`).click();
  await wall.locator('.evidence').first().waitFor();
  expect(await violations(wall)).toEqual([]);
});

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(2)</script>',
  '"><svg onload=alert(3)>',
  'javascript:alert(4)',
  '</mark><iframe srcdoc="<script>parent.alert(5)</script>">',
  '{{constructor.constructor("alert(6)")()}}',
  '\u202Egnp.exe \u0000 \uD800',
];

test('words, names and rule titles are shown as they are and never run', async () => {
  const { open, complaints } = await pages.profile();
  const [wall, desk] = [await open('/#/c/call-1'), await open('/desk.html')];
  const row = aCall(pages.mock, 'call-1', {
    skillGroup: HOSTILE[0] as string,
    externalIds: { call: HOSTILE[2] as string },
    agents: ['10001', HOSTILE[1] as string],
  });
  HOSTILE.forEach((text, at) => {
    say(
      pages.mock,
      row,
      { role: 'customer', text, hit: { words: text.slice(0, 5), ruleId: 'r', title: text, severity: 'high' } },
      at,
    );
  });
  const alert = raise(pages.mock, row, 'regulator-threat', 20);
  const hostile = structuredClone(alert);
  Object.assign(hostile.finding.prompt, {
    title: HOSTILE[0],
    what: HOSTILE[4],
    say: HOSTILE.slice(0, 3),
    next: HOSTILE[5],
  });
  hostile.version = { offset: alert.version.offset + 1, index: 0 };
  pages.mock.world.alerts.set(alert.id, hostile);
  pages.mock.publishAlert(alert.id);
  for (const page of [wall, desk]) {
    await page.getByText('<script>alert(2)</script>').first().waitFor();
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    expect(
      await page
        .locator('img, iframe, body script, svg[onload]')
        .evaluateAll((all) => all.filter((one) => !(one as HTMLScriptElement).src).length),
    ).toBe(0);
  }
  expect(complaints.filter((text) => /dialog|alert/.test(text))).toEqual([]);
});
