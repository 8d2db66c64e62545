import { describe, expect, test } from 'vitest';
import { anAlert, ME } from '../testing/builders.js';
import { FakeProfile, type FakeTab, settle } from '../testing/fake-browser.js';
import { createLiveSession, type LiveSession } from './session.js';

const hello = { type: 'hello', me: ME, view: 'wall', analysis: 'on', serverMs: 0 } as const;
const alertAt = (offset: number, over: Parameters<typeof anAlert>[0] = {}) =>
  ({ type: 'alert', alert: anAlert({ version: { offset, index: 0 }, ...over }), cursor: `k${offset}` }) as const;

function start(tab: FakeTab): LiveSession {
  const session = createLiveSession(tab.ports, { me: ME, view: 'wall' });
  session.subscribe(() => tab.journal.push(`paint ${[...session.state().alerts.keys()].join(',')}`));
  session.start();
  tab.open();
  tab.hear(hello, { type: 'caught-up', cursor: 'k0' });
  tab.advance(1000);
  return session;
}

function createAndStart(tab: FakeTab): LiveSession {
  const session = createLiveSession(tab.ports, { me: ME, view: 'wall' });
  session.start();
  return session;
}

function told(tab: FakeTab): string[] {
  return tab.sent.flatMap((message) => (message.type === 'act' ? [`${message.alertId} ${message.action.kind}`] : []));
}

describe('one tab', () => {
  test('stores an alert and its version before it is painted', () => {
    const tab = new FakeProfile().openTab();
    start(tab);
    tab.journal.length = 0;
    tab.hear(alertAt(10));
    tab.advance(1000);
    const stored = tab.journal.findIndex((entry) => entry.startsWith('store') && entry.endsWith('a:a1'));
    const painted = tab.journal.indexOf('paint a1');
    expect(stored).toBeGreaterThanOrEqual(0);
    expect(painted).toBeGreaterThan(stored);
  });

  test('pops up an alert once, however often it comes', async () => {
    const tab = new FakeProfile().openTab();
    const session = start(tab);
    tab.hear(alertAt(10), alertAt(10), alertAt(11));
    await settle();
    expect(session.state().popped).toEqual(['a1']);
    session.putAway('a1');
    tab.hear(alertAt(12));
    await settle();
    expect(session.state().popped).toEqual([]);
  });

  test('pops up the alerts of a conversation in the order in which they came', async () => {
    const tab = new FakeProfile().openTab();
    const session = start(tab);
    tab.slowClaim = 'first';
    tab.hear(alertAt(10, { id: 'first' }), alertAt(11, { id: 'second' }), alertAt(12, { id: 'third' }));
    await settle();
    expect(session.state().popped).toEqual(['first', 'second', 'third']);
  });

  test('tells delivered when painted and seen when a person could see it, once each', async () => {
    const tab = new FakeProfile().openTab();
    const session = start(tab);
    tab.hear(alertAt(10));
    await settle();
    tab.visible = false;
    session.painted('a1');
    session.painted('a1');
    expect(told(tab)).toEqual(['a1 delivered']);
    tab.visible = true;
    session.painted('a1');
    session.painted('a1');
    expect(told(tab)).toEqual(['a1 delivered', 'a1 seen']);
  });

  test('subscribes from its cursor after a loss, and tells again what was never answered', async () => {
    const tab = new FakeProfile().openTab();
    const session = start(tab);
    tab.hear(alertAt(10));
    await settle();
    tab.lose();
    session.act('a1', { kind: 'claim' });
    expect(session.state().link.phase).toBe('reconnecting');
    tab.sent.length = 0;
    tab.advance(400);
    tab.open();
    expect(tab.sent[0]).toEqual({ type: 'subscribe', view: 'wall', cursor: 'k10' });
    expect(told(tab)).toEqual(['a1 claim']);
  });

  test('starts afresh when the server no longer knows the cursor', () => {
    const tab = new FakeProfile().openTab();
    start(tab);
    tab.sent.length = 0;
    tab.hear({ type: 'error', code: 'cursor-expired', message: '' });
    expect(tab.sent).toEqual([{ type: 'subscribe', view: 'wall' }]);
  });

  test('ends when the server does not let this person see the view, and tries no more', () => {
    const tab = new FakeProfile().openTab();
    const session = createAndStart(tab);
    tab.open();
    tab.hear({ type: 'error', code: 'role-missing', message: '' });
    tab.lose();
    tab.advance(60_000);
    expect(session.state().link.phase).toBe('refused');
    expect(tab.socketsOpened).toBe(1);
  });

  test('goes on showing alerts when the browser cannot store', async () => {
    const tab = new FakeProfile().openTab();
    const session = start(tab);
    tab.ports.storage.set = () => {
      throw new Error('quota');
    };
    tab.hear(alertAt(10));
    await settle();
    expect(session.state().popped).toEqual(['a1']);
  });
});

describe('a reload', () => {
  test('brings back what stood on the page before the server has said a word, and pops up nothing twice', async () => {
    const profile = new FakeProfile();
    const before = profile.openTab();
    const first = start(before);
    before.hear(alertAt(10), alertAt(11, { id: 'a2' }));
    await settle();
    first.painted('a1');
    first.putAway('a2');
    first.stop();

    const tab = profile.openTab(before.tabStorage);
    const session = createAndStart(tab);
    expect([...session.state().alerts.keys()].sort()).toEqual(['a1', 'a2']);
    expect(session.state().popped).toEqual(['a1']);
    tab.open();
    expect(tab.sent[0]).toEqual({ type: 'subscribe', view: 'wall', cursor: 'k11' });
    tab.hear(hello, alertAt(10), alertAt(11, { id: 'a2' }));
    await settle();
    session.painted('a1');
    expect(session.state().popped).toEqual(['a1']);
    expect(told(tab)).toEqual([]);
  });

  test('pops up what came while the page was away', async () => {
    const profile = new FakeProfile();
    start(profile.openTab()).stop();
    const tab = profile.openTab();
    const session = start(tab);
    tab.hear(alertAt(10));
    await settle();
    expect(session.state().popped).toEqual(['a1']);
  });

  test('by another person of the same seat shows nothing of the first and leaves nothing behind', () => {
    const profile = new FakeProfile();
    const before = profile.openTab();
    const first = start(before);
    before.hear(alertAt(10));
    first.stop();
    const other = createLiveSession(profile.openTab().ports, { me: { ...ME, staffNumber: '20002' }, view: 'wall' });
    other.start();
    expect(other.state().alerts.size).toBe(0);
    expect(profile.storage.keys().filter((key) => key.includes('20001'))).toEqual([]);
  });

  test('does not bring an alert back to life that was over, from an older copy', () => {
    const profile = new FakeProfile();
    const before = profile.openTab();
    const first = start(before);
    before.hear(alertAt(10), alertAt(12, { state: 'resolved', outcome: 'rescued' }));
    first.stop();
    const tab = profile.openTab();
    const session = start(tab);
    tab.hear(alertAt(11));
    expect(session.state().alerts.size).toBe(0);
  });
});

describe('two tabs of one person', () => {
  test('pop up an alert in one of them, and tell the server once', async () => {
    const profile = new FakeProfile();
    const tabs = [profile.openTab(), profile.openTab()];
    const sessions = tabs.map(start);
    for (const tab of tabs) tab.hear(alertAt(10));
    await settle();
    expect(sessions.flatMap((session) => session.state().popped)).toEqual(['a1']);
    for (const session of sessions) session.painted('a1');
    expect(tabs.flatMap(told)).toEqual(['a1 delivered', 'a1 seen']);
  });

  test('pop up nothing again in the tab that wakes long after the other has shown it, and that tells nothing again', async () => {
    const profile = new FakeProfile();
    const tabs = [profile.openTab(), profile.openTab()];
    const [first, second] = tabs.map(start);
    tabs[0]?.hear(alertAt(10), alertAt(11));
    await settle();
    first?.painted('a1');
    profile.claims.clear();
    tabs[1]?.hear(alertAt(10));
    await settle();
    second?.painted('a1');
    expect(second?.state().popped).toEqual([]);
    expect(told(tabs[1] as FakeTab)).toEqual([]);
    second?.stop();

    const third = profile.openTab();
    expect(createAndStart(third).state().marks.get('a1')).toMatchObject({
      version: { offset: 11 },
      shown: true,
      seen: true,
    });
  });

  test('both show the newest state, though one stored it first', async () => {
    const profile = new FakeProfile();
    const tabs = [profile.openTab(), profile.openTab()];
    const sessions = tabs.map(start);
    for (const tab of tabs) tab.hear(alertAt(10), alertAt(11, { state: 'claimed', claimedBy: '20007' }));
    expect(sessions.map((session) => session.state().alerts.get('a1')?.state)).toEqual(['claimed', 'claimed']);
  });
});
