import { createScope } from '@earshot/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Call, openCall } from '../support/call.js';
import { readFates } from '../support/operator.js';
import { LivePage, signIn, type Visitor } from '../support/person.js';
import { type Product, startProduct } from '../support/product.js';
import { until } from '../support/until.js';
import { attackGrpc, attackHttp, attackSlowly, attackWithKeys } from './attacks.js';

const ROUNDS = process.env['EARSHOT_TEST_ALL'] ? 200 : 25;
const scope = createScope();
let product: Product;
let who: Visitor;
beforeAll(async () => {
  product = await startProduct(scope);
  who = await signIn(product, '10001');
});
afterAll(() => scope.close());

/** Says something risky and waits for it on the desk, again and again; ms each time. */
async function converse(call: Call, desk: LivePage): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = desk.memory.open.size;
    const saidMs = performance.now();
    await call.say('customer', '我要打12378投诉');
    await until(() => desk.memory.open.size > before, 'the alert of a well-behaved call');
    took.push(performance.now() - saidMs);
  }
  return took.sort((a, b) => a - b);
}

const p99 = (sorted: number[]) => sorted[Math.floor(sorted.length * 0.99)] ?? 0;

async function rubbishOnLiveConnection(): Promise<void> {
  const page = await LivePage.connect(who, 'desk');
  for (const rubbish of [
    '',
    '{',
    'null',
    '[]',
    '{"type":"subscribe"}',
    '{"type":"act"}',
    `{"type":"${'x'.repeat(10_000)}"}`,
    '{"a":'.repeat(2_000),
  ]) {
    page.socket.send(rubbish);
  }
  page.socket.send(Buffer.from([0, 1, 2, 255]));
  await until(() => page.heard.filter((one) => one.type === 'error').length >= 9, 'a coded answer to each');
  page.socket.send('x'.repeat(100_000));
  await until(() => page.closed !== undefined, 'the end of a connection that sends too much');
}

test('bad input is refused by code, breaks nothing, delays nobody, and everything is accounted for', async () => {
  const call = await openCall(scope, product, 'well-behaved');
  const desk = await LivePage.open(who, 'desk');
  const calm = await converse(call, desk);

  const slow = attackSlowly(product, 60);
  let over = false;
  const attacking = (async () => {
    for (let round = 1; !over; round += 1) {
      const answers = [...(await attackHttp(product)), ...(await attackWithKeys(product))];
      for (const { attack, status, code } of answers) {
        expect(status, attack).toBeLessThan(500);
        expect(code, `${attack} has a code`).toMatch(/^[a-z0-9-]+$/);
      }
      const statuses = await attackGrpc(product, round, 200);
      // OK (event by event), INVALID_ARGUMENT: never INTERNAL or UNKNOWN.
      expect([...statuses].filter((status) => status !== 0 && status !== 3)).toEqual([]);
      await rubbishOnLiveConnection();
    }
  })();
  const attacked = await converse(call, desk).finally(() => {
    over = true;
  });
  await attacking;
  slow.stop();
  console.log(`alert on the desk, p99: calm ${p99(calm).toFixed(0)} ms, attacked ${p99(attacked).toFixed(0)} ms`);

  expect(desk.closed).toBeUndefined();
  const fates = await until(async () => {
    const found = await readFates(product);
    return found.open === 0 && found;
  }, 'that inspected + repeated + not inspected = received');
  expect(fates.notInspected).toBeGreaterThan(0);
  expect(product.said()).not.toContain('unexpected failure');
  product.signal('SIGINT');
  expect((await product.ended).code).toBe(0);
});
