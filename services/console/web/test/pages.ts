import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { type Mock, type MockOptions, startMock } from '../mock/server.js';

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

/** The built pages in a real browser against the stand-in server; one build and one browser for a whole file. */
export interface Pages {
  mock: Mock;
  /** Folders of the built pages, for a server that is not the stand-in. */
  dist: { webDist: string; widgetDist: string };
  /** A fresh profile; tabs opened in it share its storage. */
  profile(options?: { dark?: boolean; lang?: 'zh' | 'en' }): Promise<Profile>;
  restart(options: Partial<MockOptions>): Promise<void>;
  close(): Promise<void>;
}

export interface Profile {
  context: BrowserContext;
  open(path: string): Promise<Page>;
  /** Any address, on any server. */
  visit(url: string): Promise<Page>;
  /** What the pages of this profile complained about: errors, refused scripts, dialogs. */
  complaints: string[];
}

export async function openPages(): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-pages-'));
  const dist = { webDist: join(folder, 'web'), widgetDist: join(folder, 'widget') };
  await buildPage('../vite.config.ts', dist.webDist);
  await buildPage('../../widget/vite.config.ts', dist.widgetDist);
  const browser: Browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ARGS,
  });
  const pages: Pages = {
    dist,
    mock: await startMock({ ...dist, rows: 40, actDelayMs: 150 }),
    async restart(options) {
      await pages.mock.stop();
      pages.mock = await startMock({ ...dist, rows: 40, actDelayMs: 150, ...options });
    },
    async profile({ dark = false, lang = 'zh' } = {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
      });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      if (lang === 'en') await context.addInitScript(() => localStorage.setItem('earshot:lang', 'en'));
      const complaints: string[] = [];
      const visit = async (url: string) => {
        const page = await context.newPage();
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('dialog', (dialog) => {
          complaints.push(`dialog ${dialog.message()}`);
          void dialog.dismiss();
        });
        page.on('console', (entry) => {
          if (entry.type() === 'error') complaints.push(entry.text());
        });
        await page.goto(url);
        return page;
      };
      return {
        context,
        complaints,
        visit,
        async open(path) {
          const page = await visit(pages.mock.url + path);
          await page
            .getByText(lang === 'zh' ? '实时' : 'Live', { exact: true })
            .first()
            .waitFor();
          return page;
        },
      };
    },
    async close() {
      await browser.close();
      await pages.mock.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return pages;
}

function buildPage(config: string, outDir: string) {
  const configFile = fileURLToPath(new URL(config, import.meta.url));
  return build({ configFile, logLevel: 'error', build: { outDir } });
}
