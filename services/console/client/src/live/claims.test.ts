import { describe, expect, test } from 'vitest';
import { anAlert, ME } from '../testing/builders.js';
import { onMessage } from './on-message.js';
import { onPage } from './on-page.js';
import { pendingOf } from './select.js';
import { initialState, type LiveState } from './state.js';

const alertMessage = (alert: ReturnType<typeof anAlert>) => ({ type: 'alert', alert, cursor: 'x' }) as const;

function claiming(): LiveState {
  const open = onMessage(initialState('wall', ME, 0), alertMessage(anAlert()), 0).state;
  return onPage(open, { type: 'act', requestId: 'q1', alertId: 'a1', action: { kind: 'claim' } }, 0).state;
}

function claimedBy(staff: string) {
  return alertMessage(anAlert({ version: { offset: 11, index: 0 }, state: 'claimed', claimedBy: staff }));
}

describe('claiming', () => {
  test('stays "claiming" after the server accepted it, until the alert comes back', () => {
    const accepted = onMessage(claiming(), { type: 'act-result', requestId: 'q1', accepted: true }, 0).state;
    expect(pendingOf(accepted, 'a1', 'claim')).toBeDefined();
    expect(accepted.alerts.get('a1')?.state).toBe('raised');
    const back = onMessage(accepted, claimedBy('20001'), 0).state;
    expect(pendingOf(back, 'a1', 'claim')).toBeUndefined();
    expect(back.notices).toEqual([]);
  });

  test('that somebody else won is told with the name of the winner', () => {
    const lost = onMessage(claiming(), claimedBy('20007'), 0).state;
    expect(pendingOf(lost, 'a1', 'claim')).toBeUndefined();
    expect(lost.notices).toEqual([{ id: 'q1', kind: 'claim-lost', alertId: 'a1', by: '20007' }]);
  });

  test('that the server refused is told and is over', () => {
    const refused = onMessage(
      claiming(),
      { type: 'act-result', requestId: 'q1', accepted: false, code: 'forbidden', message: 'no' },
      0,
    ).state;
    expect(refused.pending.size).toBe(0);
    expect(refused.notices[0]).toMatchObject({ kind: 'act-failed', action: 'claim', code: 'forbidden' });
  });

  test('of an alert that was retracted meanwhile ends without blame', () => {
    const gone = alertMessage(anAlert({ version: { offset: 11, index: 0 }, state: 'retracted' }));
    const state = onMessage(claiming(), gone, 0).state;
    expect(state.pending.size).toBe(0);
    expect(state.notices).toEqual([]);
  });

  test('is asked again after a reconnect under the same request id, unless it was accepted', () => {
    const sent = (state: LiveState) =>
      onPage(state, { type: 'opened' }, 0).effects.flatMap((e) =>
        e.kind === 'send' && e.message.type === 'act' ? [e.message.requestId] : [],
      );
    expect(sent(claiming())).toEqual(['q1']);
    expect(sent(onMessage(claiming(), { type: 'act-result', requestId: 'q1', accepted: true }, 0).state)).toEqual([]);
  });
});
