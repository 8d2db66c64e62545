import { createHmac } from 'node:crypto';
import { createScope } from '@earshot/kit';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../../../tests/support/until.js';
import { finding, type House, type HouseOptions, openHouse, route, SECRET } from './support/house.js';
import { type Answer, type Receiver, startReceiver } from './support/receiver.js';

let scope = createScope();
afterEach(async () => {
  await scope.close();
  scope = createScope();
});

const OK: Answer = { status: 204 };

async function open(options: HouseOptions): Promise<House> {
  const house = await openHouse(options, scope);
  scope.use('deliveries', await house.startDeliveries());
  return house;
}

function receive(answer: (index: number) => Answer | 'hang' = () => OK): Promise<Receiver> {
  return startReceiver(scope, answer);
}

/** The last state of the only delivery of the only alert, once it is what is asked for. */
function delivered(house: House, status: 'sent' | 'failed') {
  return until(async () => {
    const [alert] = (await house.alerts()).values();
    return alert?.deliveries?.find((one) => one.status === status);
  }, `a delivery that is ${status}`);
}

describe('an alert goes out', () => {
  test('signed as Standard Webhooks says, as a reference, and its result is on the alert', async () => {
    const crm = await receive();
    const house = await open({ routes: [route('crm', crm.url)] });
    await house.stands('c1', [finding('c1')]);
    const result = await delivered(house, 'sent');

    const [{ headers, body } = { headers: {}, body: '' }] = crm.received;
    const id = String(headers['webhook-id']);
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${headers['webhook-timestamp']}.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'alert.raised',
      data: {
        tenant: 't',
        conversationId: 'c1',
        state: 'raised',
        severity: 'high',
        rule: { id: 'promise', title: '承诺收益' },
        team: { units: ['wealth'], skillGroup: 'vip' },
        link: `https://earshot.example/#/c/c1?alert=${finding('c1').id}`,
      },
    });
    expect(body).not.toMatch(/保证|CANARY|10001/);
    expect(result).toMatchObject({ channel: 'webhook', recipient: 'crm', operation: 'raised', code: 'http-204' });
    expect(house.fatal).toEqual([]);
  });

  test('with the masked words only where the route allows them, and with a signature for each secret', async () => {
    const crm = await receive();
    const second = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const secrets = { one: SECRET, two: second };
    const routes = [route('crm', crm.url, { content: 'masked-evidence', secrets: [{ file: 'one' }, { file: 'two' }] })];
    const house = await open({ routes, secrets });
    await house.stands('c1', [finding('c1')]);
    await delivered(house, 'sent');
    const [{ headers, body } = { headers: {}, body: '' }] = crm.received;
    for (const secret of [SECRET, second]) {
      const said = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(said).toMatchObject({ data: { evidence: [{ role: 'agent', quote: '保证[NUMBER]收益' }] } });
    }
  });
});
