import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from './support/manual-clock.js';
import { Page, signIn } from './support/page.js';
import { bank, changed, shop } from './support/people.js';
import { alertOf, call, said } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;

const CONVERSATIONS: Record<string, { tenant: string; agents: string[] }> = {
  'of-a1': { tenant: 'bank', agents: ['a1'] },
  'of-a2': { tenant: 'bank', agents: ['a2'] },
  'of-b1': { tenant: 'bank', agents: ['b1'] },
  'passed-on': { tenant: 'bank', agents: ['b1', 'a1'] },
  nobody: { tenant: 'bank', agents: [] },
  'of-shop': { tenant: 'shop', agents: ['a1'] },
};

// tenant staff view → what stands there
const SEEN: [tenant: string, staff: string, view: 'desk' | 'wall', seen: string[]][] = [
  ['bank', 'a1', 'desk', ['of-a1', 'passed-on']],
  ['bank', 'a2', 'desk', ['of-a2']],
  ['bank', 'b1', 'desk', ['of-b1', 'passed-on']],
  ['bank', 'la', 'wall', ['of-a1', 'of-a2', 'passed-on']],
  ['bank', 'lb', 'wall', ['of-b1', 'passed-on']],
  ['bank', 'fs', 'wall', ['nobody', 'of-a1', 'of-a2', 'of-b1', 'passed-on']],
  ['bank', 'fn', 'wall', ['nobody']],
  ['bank', 'qc', 'wall', ['nobody', 'of-a1', 'of-a2', 'of-b1', 'passed-on']],
  ['shop', 'a1', 'desk', ['of-shop']],
  ['shop', 'fs', 'wall', ['of-shop']],
];

async function everythingHappens(): Promise<void> {
  for (const [id, { tenant, agents }] of Object.entries(CONVERSATIONS)) {
    await world.fact(...call(id, agents, tenant, { call: `ref-${id}` }), said(id, 0, '我要去投诉', { tenant }));
    await world.alert({
      kind: 'alert',
      alert: alertOf({ id: `alert-${id}`, conversationId: id, version: 1, tenant, agents }),
    });
  }
}

async function settled(page: Page, seen: string[]): Promise<void> {
  await until(
    () => page.rows.size === seen.length && page.memory.open.size === seen.length,
    'everything to arrive',
  ).catch(() => undefined);
}

afterEach(() => world.close());

describe('who sees what', () => {
  beforeEach(async () => {
    world = await openWorld();
  });

  test.each(SEEN)('%s %s on the %s: live, after a reload, and over HTTP', async (tenant, staff, view, seen) => {
    const who = await signIn(world.console, staff, tenant);
    const before = await Page.open(who, view);
    await everythingHappens();
    await settled(before, seen);
    const after = await Page.open(who, view);
    await settled(after, seen);
    for (const page of [before, after]) {
      expect([...page.rows.keys()].sort()).toEqual(seen);
      expect([...page.memory.open.values()].map((alert) => alert.conversationId).sort()).toEqual(seen);
      for (const id of Object.keys(CONVERSATIONS)) page.say({ type: 'follow', conversationId: id });
      await until(() => seen.every((id) => page.transcripts.has(id)));
      const words = [...page.transcripts].filter(([, lines]) => lines.length > 0).map(([id]) => id);
      expect(words.sort()).toEqual(seen);
    }
    const over: string[] = [];
    for (const id of Object.keys(CONVERSATIONS)) {
      const response = await who.get(`/v1/conversations/${id}`);
      if (response.ok) over.push(id);
      else expect(await response.text()).not.toContain('投诉');
    }
    expect(over.sort()).toEqual(seen);
    const search = await who.get('/v1/search?q=ref-');
    if (view === 'desk') expect(search.status).toBe(403);
    else
      expect(
        ((await search.json()) as { rows: { conversationId: string }[] }).rows.map((row) => row.conversationId).sort(),
      ).toEqual(seen);
  });

  test.each(SEEN)('%s %s on the %s is told the names of those who stand in it, and of nobody else', async (...row) => {
    const [tenant, staff, view, seen] = row;
    const who = await signIn(world.console, staff, tenant);
    const page = await Page.open(who, view);
    await everythingHappens();
    await settled(page, seen);
    const agents = new Set(seen.flatMap((id) => CONVERSATIONS[id]?.agents ?? []));
    const people = (tenant === 'bank' ? bank : shop).people.filter((person) => agents.has(person.staffNumber));
    const expected = Object.fromEntries(people.map((person) => [person.staffNumber, person.name]));
    expect(page.names).toEqual(expected);
    if (view === 'desk') return;
    const search = (await (await who.get('/v1/search?q=ref-')).json()) as { names: Record<string, string> };
    expect(search.names).toEqual(expected);
    const one = (await (await who.get(`/v1/conversations/${seen.at(-1)}`)).json()) as { names: Record<string, string> };
    expect(Object.keys(one.names)).toEqual(CONVERSATIONS[seen.at(-1) ?? '']?.agents);
  });

  test('an agent who also leads the team has only own conversations on the desk, and the team on the wall', async () => {
    world.publish(changed(bank, 'a2', { roles: ['agent', 'team-lead'] }));
    await everythingHappens();
    const who = await signIn(world.console, 'a2');
    for (const [view, seen] of [
      ['desk', ['of-a2']],
      ['wall', ['of-a1', 'of-a2', 'passed-on']],
    ] as const) {
      const page = await Page.open(who, view);
      await until(() => page.rows.size === seen.length && page.memory.open.size === seen.length);
      expect([...page.rows.keys()].sort()).toEqual(seen);
      expect([...page.memory.open.values()].map((alert) => alert.conversationId).sort()).toEqual(seen);
    }
  });

  test('roles that run the system get no live connection, an agent no wall, a lead no desk', async () => {
    const refused = await (await signIn(world.console, 'ra')).post('/v1/live/ticket');
    expect(refused.status).toBe(403);
    for (const [staff, view] of [
      ['a1', 'wall'],
      ['la', 'desk'],
    ] as const) {
      const page = await Page.connect(await signIn(world.console, staff), view);
      page.subscribe();
      expect(await page.find('error')).toMatchObject({ code: 'role-missing' });
    }
  });

  test.each([
    ['a2', 'feedback', 'not-yours'],
    ['a1', 'claim', 'role-missing'],
    ['lb', 'claim', 'not-yours'],
    ['qc', 'claim', 'role-missing'],
    ['la', 'feedback', 'role-missing'],
    ['a1', 'feedback', 'accepted'],
    ['a1', 'seen', 'accepted'],
    ['la', 'claim', 'accepted'],
    ['fs', 'resolve', 'accepted'],
  ] as const)('%s may or may not %s an alert of a1: %s', async (staff, kind, outcome) => {
    await everythingHappens();
    const who = await signIn(world.console, staff);
    const page = await Page.open(who, ['a1', 'a2'].includes(staff) ? 'desk' : 'wall');
    const action =
      kind === 'feedback'
        ? { kind, useful: true }
        : kind === 'resolve'
          ? { kind, outcome: 'rescued' as const }
          : { kind };
    const result = await page.act({ requestId: 'r', conversationId: 'of-a1', alertId: 'alert-of-a1', action });
    expect(result.accepted ? 'accepted' : result.code).toBe(outcome);
  });

  test("another tenant's alert cannot even be named", async () => {
    await everythingHappens();
    const page = await Page.open(await signIn(world.console, 'fs'), 'wall');
    const result = await page.act({
      requestId: 'r',
      conversationId: 'of-shop',
      alertId: 'alert-of-shop',
      action: { kind: 'claim' },
    });
    expect(result).toMatchObject({ accepted: false, code: 'alert-unknown' });
  });

  test('an agent who joins by transfer is shown what is open, and what was said', async () => {
    const desk = await Page.open(await signIn(world.console, 'b1'), 'desk');
    await everythingHappens();
    await until(() => desk.memory.open.size === 2);
    await world.fact(...call('of-a1', ['b1']).slice(1));
    await until(() => desk.memory.open.has('alert-of-a1') && desk.transcripts.get('of-a1')?.length === 1);
    await until(() => desk.rows.has('of-a1'));
    expect(desk.rows.get('of-a1')?.agents).toEqual(['a1', 'b1']);
  });
});

describe('what changes when people change', () => {
  let clock: ManualClock;
  beforeEach(async () => {
    clock = new ManualClock();
    world = await openWorld({ clock });
  });

  test('whoever leaves is cut off at once, and cannot come back', async () => {
    const who = await signIn(world.console, 'a1');
    const desk = await Page.open(who, 'desk');
    world.publish(changed(bank, 'a1', { left: true }));
    const heard = desk.heard.length;
    await world.alert({ kind: 'alert', alert: alertOf({ id: 'late', conversationId: 'c1', version: 1 }) });
    await until(() => desk.closed !== undefined);
    expect(desk.closed?.code).toBe(4403);
    expect(desk.heard.length).toBe(heard);
    expect((await who.post('/v1/live/ticket')).status).toBe(403);
    expect((await who.get('/v1/me')).status).toBe(403);
  });

  test('whoever moves to another team loses the old one and gains the new, within 5 seconds', async () => {
    await everythingHappens();
    const wall = await Page.open(await signIn(world.console, 'la'), 'wall');
    await until(() => wall.memory.open.size === 3);
    world.publish(changed(bank, 'la', { unit: 'team-b' }));
    clock.advance(5_000);
    const expected = ['alert-of-b1', 'alert-passed-on'];
    await until(() => [...wall.memory.open.keys()].sort().join() === expected.join(), 'the other team');
    expect([...wall.rows.keys()].sort()).toEqual(['of-b1', 'passed-on']);
    const refused = await wall.act({
      requestId: 'r',
      conversationId: 'of-a1',
      alertId: 'alert-of-a1',
      action: { kind: 'claim' },
    });
    expect(refused).toMatchObject({ accepted: false, code: 'not-yours' });
  });

  test("an agent's move takes the agent's calls off the old lead's wall", async () => {
    await everythingHappens();
    const wall = await Page.open(await signIn(world.console, 'la'), 'wall');
    await until(() => wall.memory.open.size === 3);
    world.publish(changed(bank, 'a2', { unit: 'team-b' }));
    await until(() => wall.memory.open.size === 2);
    expect([...wall.rows.keys()].sort()).toEqual(['of-a1', 'passed-on']);
  });

  test('a cursor from before the change resumes nothing', async () => {
    await everythingHappens();
    const who = await signIn(world.console, 'la');
    const wall = await Page.open(who, 'wall');
    await until(() => wall.memory.open.size === 3);
    wall.close();
    world.publish(changed(bank, 'la', { unit: 'team-b' }));
    const again = await Page.open(who, 'wall', wall.memory);
    expect([...again.memory.open.keys()].sort()).toEqual(['alert-of-b1', 'alert-passed-on']);
  });

  test('signing out ends the live connections of that session, also after a restart', async () => {
    const who = await signIn(world.console, 'a1');
    const desk = await Page.open(who, 'desk');
    expect((await who.post('/v1/session/end')).status).toBe(200);
    await until(() => desk.closed !== undefined);
    expect(desk.closed?.code).toBe(4401);
    expect((await who.get('/v1/me')).status).toBe(401);
    await world.restart();
    expect((await fetch(`${world.console.url}/v1/me`, { headers: { cookie: who.cookie } })).status).toBe(401);
  });
});
