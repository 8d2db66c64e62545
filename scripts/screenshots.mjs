// Retakes docs/images from the real product while it plays the demo: desk and wall, Chinese and English.
// Needs Chromium (CHROMIUM_PATH or /usr/bin/chromium) and a Chinese font. `--only zh` takes one language.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT, setUp } from './setup.mjs';

const IMAGES = join(ROOT, 'docs/images');
const MAX_BYTES = 200_000;
const WAIT_MS = 30_000;
/** The demo call is at its hottest when it has raised this many alerts; others give the wall some company. */
const ALERTS = 4;
const COMPANY = {
  zh: { file: 'tests/corpora/honest-bank-calls.jsonl', calls: 9 },
  en: { file: 'tests/corpora/star_en/conversations.jsonl', calls: 9 },
};

await setUp({ lang: 'en', quiet: true, engine: true });
mkdirSync(IMAGES, { recursive: true });
const wanted = /** @type {('zh' | 'en')[]} */ (['zh', 'en']).filter(
  (lang) => !process.argv.includes('--only') || process.argv.includes(lang),
);
for (const lang of wanted) await takeAll(lang);

/** @param {'zh' | 'en'} lang */
async function takeAll(lang) {
  const dataDir = mkdtempSync(join(tmpdir(), 'earshot-pictures-'));
  const product = startProduct(lang, dataDir);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
    await context.addInitScript((chosen) => localStorage.setItem('earshot:lang', chosen), lang);
    const company = playCompany(lang, dataDir, (await product.said('gRPC (\\S+?)[,，]'))[1]);
    const desk = await open(context, await product.link('10001'));
    await product.said('分析已开启|Analysis is on');
    const wall = await open(await sibling(browser, lang), await product.link('30001'));
    await product.said(Array.from({ length: ALERTS }, () => '●').join('[^]*'));
    await desk
      .getByText(/保证收益|guaranteed returns/)
      .first()
      .waitFor({ timeout: WAIT_MS });
    for (const page of [desk, wall]) await page.locator('[data-alert]').nth(2).waitFor({ timeout: WAIT_MS });
    await save(desk, `desk.${lang}.png`);
    await save(wall, `wall.${lang}.png`);
    company.kill();
  } finally {
    await browser.close();
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Calls of a corpus at their own pace. @param {'zh' | 'en'} lang @param {string} dataDir @param {string} address */
function playCompany(lang, dataDir, address) {
  const file = join(dataDir, 'company.jsonl');
  const lines = readFileSync(join(ROOT, COMPANY[lang].file), 'utf8').split('\n');
  writeFileSync(file, lines.slice(0, COMPANY[lang].calls).join('\n'));
  const cli = join(ROOT, 'packages/cli/dist/main.js');
  const flags = ['replay', file, '--speed', '1', '--to', address, '--data-dir', dataDir];
  return spawn(process.execPath, [cli, ...flags], { stdio: 'ignore' });
}

/** Another person, so another profile. @param {import('playwright-core').Browser} browser @param {string} lang */
async function sibling(browser, lang) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  await context.addInitScript((chosen) => localStorage.setItem('earshot:lang', chosen), lang);
  return context;
}

/** @param {import('playwright-core').BrowserContext} context @param {string} address */
async function open(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('.link.good').first().waitFor({ timeout: WAIT_MS });
  return page;
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function save(page, name) {
  const path = join(IMAGES, name);
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = statSync(path);
  console.log(`${name} ${Math.round(size / 1000)} KB`);
  if (size > MAX_BYTES) throw new Error(`${name} is larger than ${MAX_BYTES / 1000} KB`);
}

/** @param {string} lang @param {string} dataDir */
function startProduct(lang, dataDir) {
  const main = join(ROOT, 'services/standalone/dist/main.js');
  const child = spawn(process.execPath, [main, '--port', '0', '--data-dir', dataDir, '--lang', lang], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  /** Resolves with the match once the product has printed it. @param {string} pattern */
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(new Error(`the product did not say ${pattern}:\n${text}`)), WAIT_MS);
      const look = () => {
        const found = new RegExp(pattern).exec(text);
        if (found) done(undefined, found);
      };
      /** @param {Error} [fault] @param {RegExpExecArray} [found] */
      const done = (fault, found) => {
        clearTimeout(timer);
        child.stdout.off('data', look);
        if (fault) reject(fault);
        else resolve(found);
      };
      child.stdout.on('data', look);
      look();
    });
  return {
    said,
    link: async (/** @type {string} */ staff) => (await said(`\\(${staff}\\)\\s+(http\\S+)`))[1],
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
