// `node mock/measure.mjs [--rows 1500]`, after a build: a busy wall in Chromium for ten seconds, four updates a second.
// Prints the longest task after start-up and what a second costs.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { rows: { type: 'string', default: '1500' } } });
const bundle = join(here, `.server-${process.pid}.mjs`);
await build({
  entryPoints: [join(here, 'server.ts')],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const { startMock } = await import(pathToFileURL(bundle).href);
rmSync(bundle);

const SETTLE_MS = 4_000;
const WATCH_MS = 10_000;

const mock = await startMock({
  webDist: join(here, '../dist'),
  widgetDist: join(here, '../../widget/dist'),
  rows: Number(values.rows),
  play: true,
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.tasks.push({ atMs: entry.startTime, ms: entry.duration });
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(mock.url);
  await page.waitForTimeout(SETTLE_MS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const cost = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map((metric) => [metric.name, metric.value]));
  };
  const fromMs = await page.evaluate(() => performance.now());
  const before = await cost();
  await page.waitForTimeout(WATCH_MS);
  const after = await cost();
  const tasks = await page.evaluate((from) => window.tasks.filter((task) => task.atMs > from), fromMs);
  const aSecond = (name) => Math.round(((after[name] - before[name]) * 1_000_000) / WATCH_MS);
  console.log(
    JSON.stringify({
      rows: Number(values.rows),
      rowElements: await page.locator('.row').count(),
      tasksOver50Ms: tasks.length,
      longestMs: Math.round(Math.max(0, ...tasks.map((task) => task.ms))),
      taskMsASecond: aSecond('TaskDuration'),
      scriptMsASecond: aSecond('ScriptDuration'),
      heapMb: Math.round(after.JSHeapUsedSize / 1_048_576),
    }),
  );
} finally {
  await browser.close();
  await mock.stop();
}
