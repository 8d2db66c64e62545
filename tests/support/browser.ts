import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PROGRAM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const PICTURES = fileURLToPath(new URL('../../.turbo/pictures/', import.meta.url));
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromiumMissing = !existsSync(PROGRAM);
/** For titles: a skip says why. */
export const unlessChromium = chromiumMissing ? ' [skipped: Chromium missing]' : '';

/** One browser for a whole file, in a profile folder of its own. */
export async function openBrowser(scope: Scope): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: PROGRAM, args: ARGS });
  scope.defer('browser', () => browser.close());
  return browser;
}

/** A fresh profile, tall enough for long lists; tabs opened in it share storage and sign-in. */
export async function openProfile(browser: Browser, lang: 'zh' | 'en' = 'zh'): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 2400 }, reducedMotion: 'reduce' });
  if (lang === 'en') await context.addInitScript(`localStorage.setItem('earshot:lang', 'en')`);
  return context;
}

/** Signs in by the link, which leads to desk or wall, and waits for the live connection. */
export async function openPage(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await whenLive(page);
  return page;
}

export const whenLive = (page: Page) => page.locator('.link.good').first().waitFor({ timeout: 20_000 });

/** Kept when something went wrong; the path stands in the failure. */
export async function keepPicture(page: Page, name: string): Promise<string> {
  mkdirSync(PICTURES, { recursive: true });
  const path = join(PICTURES, `${name.replace(/[^\w-]+/g, '-')}.png`);
  await page.screenshot({ path });
  return path;
}
