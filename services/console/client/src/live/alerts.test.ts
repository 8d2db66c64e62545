import { describe, expect, test } from 'vitest';
import { anAlert, ME } from '../testing/builders.js';
import { applyAlert, applyList, CLOSED_KEPT, endFilling } from './alerts.js';
import { initialState, type LiveState } from './state.js';

const start = initialState('wall', ME, 0);
const at = (offset: number, index = 0) => ({ offset, index });

function after(...alerts: ReturnType<typeof anAlert>[]): LiveState {
  return alerts.reduce((state, alert) => applyAlert(state, alert).state, start);
}

describe('an alert', () => {
  test('of a lower or equal version changes nothing and stores nothing', () => {
    const state = after(anAlert({ version: at(10, 1), state: 'claimed', claimedBy: '20007' }));
    for (const version of [at(9, 5), at(10, 0), at(10, 1)]) {
      const step = applyAlert(state, anAlert({ version }));
      expect(step.effects).toEqual([]);
      expect(step.state.alerts.get('a1')?.state).toBe('claimed');
    }
  });

  test('of a higher version replaces the one on the page', () => {
    const state = after(anAlert(), anAlert({ version: at(10, 1), state: 'claimed', claimedBy: '20007' }));
    expect(state.alerts.get('a1')?.claimedBy).toBe('20007');
  });

  test('is stored before it asks to pop up', () => {
    expect(applyAlert(start, anAlert()).effects.map((effect) => effect.kind)).toEqual(['store-alert', 'pop']);
  });

  test('which the browser knows in a higher version is not painted from an old one', () => {
    const marks = new Map([['a1', { version: at(20) }]]);
    expect(applyAlert({ ...start, marks }, anAlert({ version: at(10) })).state.alerts.size).toBe(0);
  });

  test.each([
    ['it may not interrupt', { interrupting: false }],
    ['it was history on arrival', { history: true }],
    ['somebody has claimed it', { state: 'claimed', claimedBy: '20007' }],
    ['it is over', { state: 'retracted' }],
    ['this person has been shown it elsewhere', { shownTo: ['20001'] }],
  ] as const)('does not pop up when %s', (_why, over) => {
    const kinds = applyAlert(start, anAlert({ ...over } as Parameters<typeof anAlert>[0])).effects.map((e) => e.kind);
    expect(kinds).toEqual(['store-alert']);
  });

  test('that became critical pops up if it had not been shown before', () => {
    const quietly = after(anAlert({ interrupting: false, finding: { severity: 'medium' } }));
    const step = applyAlert(quietly, anAlert({ version: at(11), finding: { severity: 'critical' } }));
    expect(step.effects.map((effect) => effect.kind)).toContain('pop');
  });

  test('whose anchor moved does not pop up again and takes the place of its predecessor', () => {
    const shown = after(anAlert());
    const state: LiveState = {
      ...shown,
      popped: ['a1'],
      marks: new Map([['a1', { version: at(10), shown: true, delivered: true, seen: true }]]),
    };
    const step = applyAlert(state, anAlert({ id: 'a2', continues: 'a1', version: at(11) }));
    expect(step.effects.map((effect) => effect.kind)).toEqual(['store-alert']);
    expect(step.state.popped).toEqual(['a2']);
    expect(step.state.marks.get('a2')).toMatchObject({ shown: true, delivered: true, seen: true, version: at(11) });
  });

  test('leaves the pop-ups when it is over', () => {
    const state: LiveState = { ...after(anAlert()), popped: ['a1'] };
    expect(applyAlert(state, anAlert({ version: at(11), state: 'retracted' })).state.popped).toEqual([]);
  });
});

test('a page that stays open keeps the latest of what is over, and everything that is not', () => {
  const closed = Array.from({ length: CLOSED_KEPT + 20 }, (_, n) =>
    anAlert({ id: `c${n}`, version: at(100 + n), state: 'expired' }),
  );
  const state = after(anAlert({ id: 'open', version: at(1) }), ...closed);
  expect(state.alerts.size).toBe(CLOSED_KEPT + 1);
  expect(state.alerts.has('open')).toBe(true);
  expect(state.alerts.has('c19')).toBe(false);
  expect(state.alerts.has('c20')).toBe(true);
});

describe('the list of a conversation', () => {
  test('drops its other alerts, but keeps those newer than the list and those of other conversations', () => {
    const state = after(
      anAlert({ id: 'gone', version: at(5) }),
      anAlert({ id: 'newer', version: at(31) }),
      anAlert({ id: 'elsewhere', conversationId: 'c2', version: at(5) }),
    );
    const step = applyList(state, 'c1', at(30), [anAlert({ id: 'listed', version: at(29) })]);
    expect([...step.state.alerts.keys()].sort()).toEqual(['elsewhere', 'listed', 'newer']);
    expect(step.effects).toContainEqual({ kind: 'store-mark', alertId: 'gone', mark: { version: at(30) } });
  });

  test('does not bring back what a newer version has changed', () => {
    const state = after(anAlert({ version: at(40), state: 'resolved', outcome: 'rescued' }));
    expect(applyList(state, 'c1', at(30), [anAlert({ version: at(29) })]).state.alerts.get('a1')?.state).toBe(
      'resolved',
    );
  });

  test('stops a late copy of a dropped alert', () => {
    const dropped = applyList(after(anAlert({ version: at(5) })), 'c1', at(30), []).state;
    expect(applyAlert(dropped, anAlert({ version: at(6) })).state.alerts.size).toBe(0);
  });
});

test('after filling without a cursor, open alerts that were not named are over', () => {
  const filling: LiveState = { ...after(anAlert({ id: 'old' })), filling: new Map() };
  const step = endFilling(applyAlert(filling, anAlert({ id: 'new' })).state);
  expect([...step.state.alerts.keys()]).toEqual(['new']);
  expect(step.state.filling).toBeUndefined();
});
