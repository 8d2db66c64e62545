import { createHmac } from 'node:crypto';
import { createScope } from '@earshot/kit';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../../../tests/support/until.js';
import { finding, type House, type HouseOptions, openHouse, route, SECRET } from './support/house.js';
import { type Answer, type Received, type Receiver, startReceiver } from './support/receiver.js';

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

function first({ received: [one] }: Receiver): Received {
  if (!one) throw new Error('nothing was received');
  return one;
}

function ids({ received }: Receiver): unknown[] {
  return received.map(({ headers }) => headers['webhook-id']);
}

/** A delivery of any alert, as it was told last, once it is what is asked for. */
function delivered(house: House, status: 'sent' | 'failed') {
  return until(async () => {
    const deliveries = [...(await house.alerts()).values()].flatMap((alert) => alert.deliveries ?? []);
    return deliveries.find((one) => one.status === status);
  }, `a delivery that is ${status}`);
}

describe('an alert goes out', () => {
  test('signed as Standard Webhooks says, as a reference, and its result is on the alert', async () => {
    const crm = await receive();
    const house = await open({ routes: [route('crm', crm.url)] });
    await house.stands('c1', [finding('c1')]);
    const result = await delivered(house, 'sent');

    const { headers, body } = first(crm);
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
    const { headers, body } = first(crm);
    for (const secret of [SECRET, second]) {
      const said = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(said).toMatchObject({ data: { evidence: [{ role: 'agent', quote: '保证[NUMBER]收益' }] } });
    }
  });
});

describe('a receiver that does not take it', () => {
  test('500 and then 204: the same delivery comes again, signed anew', async () => {
    const crm = await receive((index) => ({ status: index === 0 ? 500 : 204 }));
    const house = await open({ routes: [route('crm', crm.url)] });
    await house.stands('c1', [finding('c1')]);
    expect(await delivered(house, 'sent')).toMatchObject({ attempts: 2 });
    expect(new Set(ids(crm)).size).toBe(1);
    for (const { body, headers } of crm.received) new Webhook(SECRET).verify(body, headers as Record<string, string>);
  });

  test('429 with Retry-After: not before the time that it asked for', async () => {
    const crm = await receive((index) => (index === 0 ? { status: 429, headers: { 'retry-after': '1' } } : OK));
    const house = await open({ routes: [route('crm', crm.url)] });
    await house.stands('c1', [finding('c1')]);
    await delivered(house, 'sent');
    const [one, two] = crm.received;
    expect((two?.atMs ?? 0) - (one?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('410: nothing more goes there until routes are published again, and the alerts say so', async () => {
    const crm = await receive((index) => (index === 0 ? { status: 410 } : OK));
    const house = await open({ routes: [route('crm', crm.url)] });
    await house.stands('c1', [finding('c1')]);
    expect(await delivered(house, 'failed')).toMatchObject({ code: 'gone', attempts: 1 });
    await house.stands('c2', [finding('c2')]);
    const second = await until(async () => {
      const one = (await house.alerts()).get(finding('c2').id)?.deliveries?.[0];
      return one?.status === 'failed' && one;
    }, 'the second alert says that it was not sent');
    expect(second).toMatchObject({ code: 'route-disabled', attempts: 0 });
    expect(crm.received).toHaveLength(1);

    house.control.epoch += 1;
    await house.stands('c3', [finding('c3')]);
    await until(() => crm.received.length === 2, 'a delivery after publishing again');
  });

  test('one that hangs is given up in time; one that redirects is not followed', async () => {
    const elsewhere = await receive();
    const hanging = await receive((index) => (index === 0 ? 'hang' : OK));
    const redirecting = await receive(() => ({ status: 302, headers: { location: elsewhere.url } }));
    const routes = [route('hanging', hanging.url), route('redirecting', redirecting.url)];
    const house = await open({ routes, settings: { refusedAttempts: 2 } });
    await house.stands('c1', [finding('c1')]);
    expect(await delivered(house, 'sent')).toMatchObject({ recipient: 'hanging', attempts: 2 });
    expect(await delivered(house, 'failed')).toMatchObject({ recipient: 'redirecting', code: 'http-302', attempts: 2 });
    expect(elsewhere.received).toEqual([]);
  });

  test('an endless answer takes neither time nor memory: the status is all that counts', async () => {
    const crm = await receive(() => ({ status: 200, body: 'x'.repeat(5_000_000) }));
    const house = await open({ routes: [route('crm', crm.url)] });
    await house.stands('c1', [finding('c1')]);
    expect(await delivered(house, 'sent')).toMatchObject({ code: 'http-200' });
  });

  test('one that fails for too long ends as failed, with the last code, and the next delivery goes on', async () => {
    let down = true;
    const crm = await receive(() => ({ status: down ? 503 : 204 }));
    const house = await open({ routes: [route('crm', crm.url)], settings: { backoffMs: [60], lifeMs: 150 } });
    await house.stands('c1', [finding('c1')]);
    expect(await delivered(house, 'failed')).toMatchObject({ code: 'http-503' });
    down = false;
    await house.stands('c2', [finding('c2')]);
    await delivered(house, 'sent');
  });

  test('without its secret nothing is sent, and it goes out once the secret is there', async () => {
    const crm = await receive();
    const house = await open({ routes: [route('crm', crm.url)], secrets: {} });
    await house.stands('c1', [finding('c1')]);
    const text = async () => await house.metrics.text();
    await until(async () => (await text()).includes('retries_total{code="secret-missing"}'), 'an attempt');
    expect(crm.received).toEqual([]);
    house.secrets.one = SECRET;
    await delivered(house, 'sent');
    expect(await text()).not.toContain(SECRET);
  });
});

describe('many recipients, many owners', () => {
  test('a dead receiver costs its neighbours nothing', async () => {
    const dead = await receive(() => 'hang');
    const alive = await receive();
    const routes = [route('dead', dead.url), route('alive', alive.url)];
    const house = await open({ routes, egress: { timeoutMs: 5_000 } });
    const raisedAt: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      raisedAt.push(Date.now());
      await house.stands(`c${index}`, [finding(`c${index}`)]);
    }
    await until(() => alive.received.length === 20, 'all deliveries of the one that is alive');
    expect(dead.received).toHaveLength(1);
    // Far below the time that the dead one takes for one of its twenty.
    expect(Math.max(...alive.received.map(({ atMs }, index) => atMs - (raisedAt[index] ?? 0)))).toBeLessThan(2_500);
  });

  test('each recipient gets the alerts in order, and everyone who was told is told the retraction', async () => {
    const crm = await receive((index) => ({ status: index % 2 === 0 ? 500 : 204 }));
    const bi = await receive();
    const house = await open({ routes: [route('crm', crm.url), route('bi', bi.url)] });
    await house.stands('c1', [finding('c1')]);
    await house.stands('c1', []);
    await house.stands('c1', [finding('c1')]);
    await until(() => crm.received.length >= 6 && bi.received.length >= 3, 'three operations each');
    const wanted = ['alert.raised', 'alert.retracted', 'alert.raised'];
    expect(bi.types()).toEqual(wanted);
    expect(crm.types().filter((_, index) => index % 2 === 1)).toEqual(wanted);
    expect(new Set(ids(bi)).size).toBe(3);
  });

  test('low, old and foreign alerts stay inside; severity, unit and skill group choose', async () => {
    const all = await receive();
    const none = await receive();
    const routes = [
      route('all', all.url, { units: ['centre'], skillGroups: ['vip'] }),
      route('other-unit', none.url, { units: ['cards'] }),
      route('other-group', none.url, { skillGroups: ['basic'] }),
      route('critical', none.url, { severities: ['critical'] }),
    ];
    const house = await open({ routes });
    await house.stands('c1', [
      finding('c1', 1, { severity: 'low' }),
      finding('c1', 2, { severity: 'medium' }),
      finding('c1', 3, { wordsAtMs: Date.now() - 3_600_000 }),
      finding('c1', 4),
    ]);
    await until(() => all.received.length > 0, 'the one that matters');
    await house.alert.caughtUp();
    expect(all.received).toHaveLength(1);
    expect(none.received).toEqual([]);
  });

  test('a new owner takes up what is unfinished, and sends nothing again that was sent', async () => {
    const crm = await receive((index) => (index === 1 ? 'hang' : OK));
    const house = await openHouse({ routes: [route('crm', crm.url)], egress: { timeoutMs: 60_000 } }, scope);
    const former = await house.startDeliveries();
    await house.stands('c1', [finding('c1')]);
    await delivered(house, 'sent');
    await house.stands('c2', [finding('c2')]);
    await until(() => crm.received.length === 2, 'the request that hangs');
    await former.stop();
    scope.use('deliveries', await house.startDeliveries());
    await until(() => crm.received.length === 3, 'the same once more');
    expect(ids(crm)[2]).toBe(ids(crm)[1]);
    await until(
      async () => (await house.alerts()).get(finding('c2').id)?.deliveries?.[0]?.status === 'sent',
      'its end',
    );
    expect(crm.received).toHaveLength(3);
  });
});
