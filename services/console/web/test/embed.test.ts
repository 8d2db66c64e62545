import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPages, type Pages } from './pages.js';
import { aCall } from './script.js';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
afterAll(() => pages.close());

interface CrmWindow {
  desk: { focus(conversationId: string): void };
}

async function embedded(knownParent: boolean) {
  await pages.restart({ knownParent });
  aCall(pages.mock, 'one', { startedAtMs: 1 });
  aCall(pages.mock, 'two', { startedAtMs: 2 });
  const { context } = await pages.profile();
  const page = await context.newPage();
  await page.goto(`${pages.mock.url}/crm.html`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('tab', { name: '语音 no-one', selected: true }).waitFor();
  return { page, frame };
}

test('the embedded desk turns to the conversation that its CRM names, and its address keeps no token', async () => {
  const { page, frame } = await embedded(true);
  await page.evaluate(() => (window as unknown as CrmWindow).desk.focus('two'));
  await frame.getByRole('tab', { name: '语音 no-two', selected: true }).waitFor();
  const address = page
    .frames()
    .find((one) => one.url().includes('desk.html'))
    ?.url();
  expect(address).toContain('staff=10001');
  expect(address).not.toContain('signed');
});

test('a page that the server does not know cannot turn the desk', async () => {
  const { page, frame } = await embedded(false);
  // Heard after the desk's own listener, and two frames later: had the message been heeded, the tab would have turned.
  const heard = frame.locator('body').evaluate(
    () =>
      new Promise<void>((resolve) => {
        const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
        window.addEventListener('message', painted, { once: true });
        document.body.dataset.listening = 'true';
      }),
  );
  await frame.locator('body[data-listening]').waitFor();
  await page.evaluate(() => (window as unknown as CrmWindow).desk.focus('two'));
  await heard;
  expect(await frame.getByRole('tab', { name: '语音 no-one' }).getAttribute('aria-selected')).toBe('true');
});
