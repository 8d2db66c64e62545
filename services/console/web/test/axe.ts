import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeWindow {
  axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
}

/** What the accessibility audit finds wrong on a page, one line a place. */
export async function violations(page: Page): Promise<string[]> {
  // The content policy lets no page load a script of ours by tag, so it goes in through the debugger.
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate(() => (window as unknown as AxeWindow).axe.run());
  return found.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}
