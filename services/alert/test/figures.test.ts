import { createScope } from '@earshot/kit';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../../tests/support/until.js';
import { finding, type House, openHouse, route } from './support/house.js';
import { type Answer, startReceiver } from './support/receiver.js';

let scope = createScope();
afterEach(async () => {
  await scope.close();
  scope = createScope();
});

/** `backoffMs` is for who must see an attempt that is not followed at once. */
async function open(answer: () => Answer, settings?: { backoffMs: number[] }): Promise<House> {
  const receiver = await startReceiver(scope, answer);
  const house = await openHouse({ routes: [route('crm', receiver.url)], ...(settings && { settings }) }, scope);
  scope.use('deliveries', await house.startDeliveries());
  return house;
}

/** The value of the first line that begins so. */
const figure = async ({ metrics }: House, name: string) => {
  const line = (await metrics.text()).split('\n').find((one) => one.startsWith(name));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
};

test('an alert is counted once, however often its later states are told', async () => {
  const house = await open(() => ({ status: 204 }));
  await house.stands('c1', [finding('c1')]);
  await until(async () => (await figure(house, 'earshot_deliveries_total{status="sent"')) === 1, 'the delivery');
  await house.stands('c1', [finding('c1', 1, { points: 3 })]);
  await house.stands('c2', [finding('c2', 1, { severity: 'critical' })]);
  await house.stands('c1', []);
  const raised = (severity: string) =>
    figure(house, `earshot_alerts_raised_total{severity="${severity}",interrupting="true"}`);
  expect([await raised('high'), await raised('critical')]).toEqual([1, 1]);
});

test('what is due is counted once, and its age is shown until it has a result', async () => {
  const house = await open(() => ({ status: 503 }), { backoffMs: [60_000] });
  expect(await figure(house, 'earshot_deliveries_oldest_seconds')).toBe(0);
  await house.stands('c1', [finding('c1')]);
  await until(async () => (await figure(house, 'earshot_delivery_retries_total{')) === 1, 'the attempt');
  expect(await figure(house, 'earshot_deliveries_due_total')).toBe(1);
  expect(await figure(house, 'earshot_deliveries_waiting')).toBe(1);
  expect(await figure(house, 'earshot_deliveries_oldest_seconds')).toBeGreaterThan(0);
});
