import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Page, signIn } from './support/page.js';
import { alertOf, call, said } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;

beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

describe('from a sign-in link to a prompt on the desk', () => {
  test('an alert on the log stands on the desk of its agent', async () => {
    const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 3 }) });
    const { alert } = await desk.find('alert');
    expect(alert).toMatchObject({
      id: 'x',
      finding: { prompt: { title: '扬言投诉' } },
      version: { offset: 3, index: 0 },
    });
    expect(alert.timeline.raisedMs).toBeGreaterThan(0);
  });

  test('what is said comes along unasked, with the hit words marked', async () => {
    const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
    await world.fact(...call('c1', ['a1']), said('c1', 0, '我要去投诉'), said('c1', 1, '先生您好', { leg: 'a' }));
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'x', conversationId: 'c1', version: 3 }) });
    await until(() => desk.transcripts.get('c1')?.[0]?.hits.length === 1);
    expect(desk.transcripts.get('c1')?.map((line) => [line.text, line.hits.map((hit) => hit.spans)])).toEqual([
      ['我要去投诉', [[{ start: 3, end: 5 }]]],
      ['先生您好', []],
    ]);
    await until(() => desk.rows.get('c1')?.openAlerts === 1);
    expect(desk.rows.get('c1')).toMatchObject({ agents: ['a1'], risk: 'high', utterances: 2, channel: 'voice' });
  });

  test('after a restart a reload needs no new link', async () => {
    const who = await signIn(world.console, 'a1');
    await world.restart();
    const me = await fetch(`${world.console.url}/v1/me`, { headers: { cookie: who.cookie } });
    expect(await me.json()).toEqual({ staffNumber: 'a1', name: '王芳', roles: ['agent'] });
  });
});
