import { describe, expect, test } from 'vitest';
import { FakeProfile, type FakeTab } from '../testing/fake-browser.js';
import { backoffMs } from './backoff.js';
import { connect } from './connection.js';

function dial(tab: FakeTab) {
  const heard: string[] = [];
  const connection = connect(tab.ports, {
    onOpen: () => heard.push('open'),
    onMessage: (message) => heard.push(message.type),
    onPhase: (phase) => heard.push(phase),
    onBehind: (behindMs) => heard.push(`behind ${behindMs}`),
  });
  return { connection, heard };
}

describe('the connection', () => {
  test('tries again after growing waits, and starts small again once it has caught up', () => {
    const tab = new FakeProfile().openTab();
    tab.random = 1;
    dial(tab);
    for (const waitMs of [400, 800, 1600]) {
      tab.lose();
      tab.advance(waitMs - 1);
      const before = tab.socketsOpened;
      tab.advance(1);
      expect(tab.socketsOpened).toBe(before + 1);
    }
    tab.open();
    tab.hear({ type: 'caught-up', cursor: 'k' });
    tab.lose();
    tab.advance(400);
    expect(tab.socketsOpened).toBe(5);
  });

  test.each(['signed-out', 'refused'] as const)('gives up when %s', (why) => {
    const tab = new FakeProfile().openTab();
    const { heard } = dial(tab);
    tab.lose(why);
    tab.advance(60_000);
    expect(heard.at(-1)).toBe(why);
    expect(tab.socketsOpened).toBe(1);
  });

  test('takes 15 s without a tick for dead, but waits for ever where a server sends none', () => {
    const tab = new FakeProfile().openTab();
    const { heard } = dial(tab);
    tab.open();
    tab.advance(60_000);
    expect(heard).not.toContain('reconnecting');
    tab.hear({ type: 'tick', serverMs: tab.nowMs, analysis: 'on' });
    tab.advance(14_999);
    expect(heard).not.toContain('reconnecting');
    tab.advance(1);
    expect(heard).toContain('reconnecting');
  });

  test('does not wait for ever for a handshake that the network has swallowed', () => {
    const tab = new FakeProfile().openTab();
    const { heard } = dial(tab);
    tab.advance(9_999);
    expect(heard).not.toContain('reconnecting');
    tab.advance(1);
    expect(heard).toContain('reconnecting');
    tab.advance(400);
    expect(tab.socketsOpened).toBe(2);
  });

  test('says how far behind the ticks are, whatever the difference between the clocks', () => {
    const tab = new FakeProfile().openTab();
    const { heard } = dial(tab);
    tab.open();
    const offsetMs = -7_200_000;
    tab.hear({ type: 'tick', serverMs: tab.nowMs + offsetMs, analysis: 'on' });
    tab.advance(9_000);
    tab.hear({ type: 'tick', serverMs: tab.nowMs + offsetMs - 4_000, analysis: 'on' });
    expect(heard).toContain('behind 4000');
    tab.hear({ type: 'tick', serverMs: tab.nowMs + offsetMs, analysis: 'on' });
    expect(heard).toContain('behind 0');
  });

  test('survives what is not JSON, and stays silent once closed', () => {
    const tab = new FakeProfile().openTab();
    const { connection, heard } = dial(tab);
    tab.open();
    tab.hearRaw('{"type":');
    tab.hearRaw('null');
    connection.close();
    tab.lose();
    tab.advance(60_000);
    expect(heard).toEqual(['connecting', 'open']);
    expect(tab.socketsOpened).toBe(1);
  });
});

test('backoff spreads between half and whole, and never exceeds 15 s', () => {
  expect([backoffMs(1, 0), backoffMs(1, 1)]).toEqual([200, 400]);
  expect(backoffMs(50, 1)).toBe(15_000);
});
