import { cpSync, writeFileSync } from 'node:fs';
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
import { sessionOf } from '../support/person.js';
import { type Product, startProduct, temporaryFolder } from '../support/product.js';
import { compare, playScenario, readScenarios, type Shown } from '../support/scenarios.js';
import { noteSightings, sightingsOn } from '../support/sightings.js';

const RULES = fileURLToPath(new URL('rules/', import.meta.url));
const scope = createScope();
const all = readScenarios();
const agentOf = (i: number) => String(10_001 + i);
const PEOPLE = `
tenant: demo
units: [{ id: centre, name: centre }]
people:
  - { staffNumber: "30001", name: 刘洋, roles: [floor-supervisor], unit: centre }
${all.map((_, i) => `  - { staffNumber: "${agentOf(i)}", name: 坐席, roles: [agent], unit: centre }`).join('\n')}
`;

describe.skipIf(chromiumMissing)(`scenarios on desk and wall${unlessChromium}`, () => {
  let product: Product;
  let wall: Page;
  const desks = new Map<string, Page>();
  const played = new Map<string, { conversationId: string; startMs: number }>();

  async function shownOn(page: Page, conversationId: string): Promise<Shown[]> {
    const alerts = await readAlerts(product, conversationId);
    const sightings = await sightingsOn(page);
    return sightings.flatMap((one) => {
      const alert = alerts.get(one.alertId);
      return alert ? [{ ...one, rule: alert.finding.ruleId }] : [];
    });
  }

  beforeAll(async () => {
    const dataDir = temporaryFolder(scope, 'scenarios');
    cpSync(RULES, join(dataDir, 'rules'), { recursive: true });
    writeFileSync(join(dataDir, 'people.yaml'), PEOPLE);
    product = await startProduct(scope, { dataDir });
    const browser = await openBrowser(scope);
    const openAs = async (staffNumber: string, path: string) => {
      const [name = '', value = ''] = (await sessionOf(product, staffNumber)).cookie.split('=');
      const context = await openProfile(browser);
      await noteSightings(context);
      await context.addCookies([{ name, value, url: product.consoleUrl }]);
      return openPage(context, product.consoleUrl + path);
    };
    wall = await openAs('30001', '/');
    for (const [i, { file }] of all.entries()) desks.set(file, await openAs(agentOf(i), '/desk.html'));
    // All at once, an agent each: every one must come out as if it were alone.
    await Promise.all(
      all.map(async ({ file, scenario }, i) => {
        const agent = { ...scenario.agent, staffNumber: agentOf(i) };
        played.set(file, await playScenario({ ...scenario, agent }, product.grpcAddress));
      }),
    );
  });
  afterAll(() => scope.close());

  test.each(all)('$file: $scenario.name', async ({ file, scenario }) => {
    const { conversationId, startMs } = played.get(file) as { conversationId: string; startMs: number };
    const faults: string[] = [];
    for (const where of ['desk', 'wall'] as const) {
      const page = where === 'wall' ? wall : (desks.get(file) as Page);
      const wrong = compare(scenario.expectations, where, await shownOn(page, conversationId), startMs);
      if (wrong.length > 0) wrong.push(`picture: ${await keepPicture(page, `${file}-${where}`)}`);
      faults.push(...wrong);
    }
    expect(faults).toEqual([]);
  });
});
