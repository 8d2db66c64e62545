import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createScope } from '@earshot/kit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chromiumMissing,
  keepPicture,
  openBrowser,
  openPage,
  openProfile,
  unlessChromium,
} from '../support/browser.js';
import { readAlerts } from '../support/operator.js';
import { type Product, startProduct, temporaryFolder } from '../support/product.js';
import { compare, playScenario, readScenarios, type Shown } from '../support/scenarios.js';
import { noteSightings, sightingsOn } from '../support/sightings.js';

const RULES = fileURLToPath(new URL('rules/', import.meta.url));
const scope = createScope();
const all = readScenarios();

describe.skipIf(chromiumMissing)(`scenarios on desk and wall${unlessChromium}`, () => {
  let product: Product;
  const pages: Partial<Record<'desk' | 'wall', Page>> = {};
  const played = new Map<string, { conversationId: string; startMs: number }>();

  async function shownOn(where: 'desk' | 'wall', conversationId: string): Promise<Shown[]> {
    const alerts = await readAlerts(product, conversationId);
    const sightings = await sightingsOn(pages[where] as Page);
    return sightings.flatMap((one) => {
      const alert = alerts.get(one.alertId);
      return alert ? [{ ...one, rule: alert.finding.ruleId }] : [];
    });
  }

  beforeAll(async () => {
    const dataDir = temporaryFolder(scope, 'scenarios');
    cpSync(RULES, join(dataDir, 'rules'), { recursive: true });
    product = await startProduct(scope, { dataDir });
    const context = await openProfile(await openBrowser(scope));
    await noteSightings(context);
    pages.desk = await openPage(context, product.signInLink('10001'));
    pages.wall = await openPage(context, product.signInLink('30001'));
    // All at once: each must come out as if it were alone.
    await Promise.all(
      all.map(async ({ file, scenario }) => played.set(file, await playScenario(scenario, product.grpcAddress))),
    );
  });
  afterAll(() => scope.close());

  test.each(all)('$file: $scenario.name', async ({ file, scenario }) => {
    const { conversationId, startMs } = played.get(file) as { conversationId: string; startMs: number };
    const faults: string[] = [];
    for (const where of ['desk', 'wall'] as const) {
      const wrong = compare(scenario.expectations, where, await shownOn(where, conversationId), startMs);
      if (wrong.length > 0) wrong.push(`picture: ${await keepPicture(pages[where] as Page, `${file}-${where}`)}`);
      faults.push(...wrong);
    }
    expect(faults).toEqual([]);
  });
});
