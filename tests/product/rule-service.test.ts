import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRulesClient, type RulesClient } from '@earshot/client';
import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCall } from '../support/call.js';
import { readAlerts } from '../support/operator.js';
import { freePorts, type Product, runProduct, startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';

const EXAMPLE = fileURLToPath(new URL('../../packages/client/dist/example-rules.js', import.meta.url));
const scope = createScope();
let product: Product;
let rules: RulesClient;

beforeAll(async () => {
  product = await startProduct(scope);
  rules = createRulesClient({ address: product.rulesAddress, apiKey: product.adminToken });
  scope.defer('client', () => rules.close());
});
afterAll(() => scope.close());

const ruleOf = (id: string, phrase: string) => `rules:
  - id: ${id}
    title: { zh: ${id}, en: ${id} }
    severity: high
    roles: [agent]
    when: { phrases: [${phrase}] }
    prompt: { what: ${id}, next: ${id} }
    examples: { hit: [您${phrase}吧], miss: [好的] }
`;

async function findingOf(conversationId: string, spoken: string) {
  const call = await openCall(scope, product, conversationId);
  await call.say('agent', spoken);
  const [alert] = await until(async () => {
    const alerts = [...(await readAlerts(product, conversationId)).values()];
    return alerts.length > 0 && alerts;
  }, `a finding in ${conversationId}`);
  return alert?.finding;
}

function example(...files: string[]): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, EARSHOT_RULES_ADDRESS: product.rulesAddress, EARSHOT_API_KEY: product.adminToken };
  const child = spawn(process.execPath, [EXAMPLE, ...files], { env, timeout: 30_000 });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

describe('rules over gRPC', () => {
  test('are in force for the next conversation once published; the finding names the set', async () => {
    const done = await rules.publish({ 'mine.yaml': ruleOf('asks-for-song', '背诵口令') }, { why: '新规要求' });
    if (!done.ok) throw new Error(done.message);
    expect(await findingOf('published', '您背诵口令吧')).toMatchObject({
      ruleId: 'asks-for-song',
      ruleSetHash: done.hash,
    });
    expect(await rules.versions()).toMatchObject([
      { by: 'operator', action: 'publish', why: '新规要求', inForce: true },
      { by: 'start', action: 'start', inForce: false },
    ]);
  });

  test('broken: answered with file, line and column, and the last good ones go on judging', async () => {
    const { ruleSet } = await rules.inForce();
    const refused = await rules.publish({ 'bad.yaml': 'rules:\n  - id: X1\n' });
    expect(refused).toMatchObject({ ok: false, code: 'rules-invalid' });
    if (!refused.ok) expect(refused.faults[0]).toMatchObject({ file: 'bad.yaml', line: 2, column: 5 });
    expect((await rules.inForce()).ruleSet).toEqual(ruleSet);
    expect(await findingOf('after-refusal', '您背诵口令吧')).toMatchObject({ ruleSetHash: ruleSet?.hash });
  });

  test('without a credential nothing is told', async () => {
    const stranger = createRulesClient({ address: product.rulesAddress });
    scope.defer('stranger', () => stranger.close());
    await expect(stranger.inForce()).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(stranger.publish({})).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await stranger.health()).toBe('serving');
  });

  test('by the example that the client brings: adds a file, and names the place of a mistake', async () => {
    const dir = temporaryFolder(scope, 'example');
    const [good, bad] = [join(dir, 'number.yaml'), join(dir, 'bad.yaml')];
    writeFileSync(good, ruleOf('asks-for-number', '背诵编号'));
    writeFileSync(bad, 'rules:\n  - id: X1\n');
    expect(await example(good)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^1 rules .*\n2 rules in force/),
    });
    expect((await rules.inForce()).rules.map(({ id }) => id)).toEqual(['asks-for-number', 'asks-for-song']);
    expect(await example(bad)).toMatchObject({ code: 2, said: expect.stringContaining('bad.yaml:2:5 ') });
    expect(await example()).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^2 rules in force, set \w+, epoch \d+\n$/),
    });
  });
});

test('the door stands on the fourth port; taken, it is said in one line, exit 1', async () => {
  const port = await freePorts();
  const holder = createServer().listen(port + 3, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  scope.defer('holder', () => holder.close());
  const end = await runProduct(['--no-demo', '--no-analysis', '--port', String(port)], {
    dataDir: temporaryFolder(scope, 'taken'),
  });
  expect(end.code).toBe(1);
  const lines = end.said.split('\n').filter((line) => line !== '' && !line.startsWith('(node:'));
  expect(lines).toEqual([expect.stringContaining(String(port + 3))]);
});
