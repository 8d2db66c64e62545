import type { ServerMessage } from '@earshot/wire/live';
import { describe, expect, test } from 'vitest';
import { aLine, aRow, ME } from '../testing/builders.js';
import { onMessage } from './on-message.js';
import { initialState, type LiveState } from './state.js';

const rows = (reset: boolean, ids: string[], removed: string[] = []) =>
  ({ type: 'conversations', reset, rows: ids.map((conversationId) => aRow({ conversationId })), removed }) as const;
const words = (conversationId: string): ServerMessage => ({
  type: 'transcript',
  conversationId,
  reset: true,
  lines: [aLine()],
});

function after(state: LiveState, ...messages: ServerMessage[]): LiveState {
  return messages.reduce((now, message) => onMessage(now, message, 0).state, state);
}

describe('the rows of the wall', () => {
  const start = initialState('wall', ME, 0);

  test('change one by one, leave when removed, and are replaced by a reset', () => {
    const some = after(start, rows(true, ['a', 'b']), rows(false, ['c'], ['a']));
    expect([...some.conversations.keys()]).toEqual(['b', 'c']);
    expect([...after(some, rows(true, ['z'])).conversations.keys()]).toEqual(['z']);
  });

  test('keep the objects that did not change, so that a row need not be drawn again', () => {
    const some = after(start, rows(true, ['a', 'b']));
    expect(after(some, rows(false, ['b'])).conversations.get('a')).toBe(some.conversations.get('a'));
  });

  test('take their words with them when they leave, unless somebody is reading', () => {
    const read: LiveState = { ...start, followed: new Set(['read']) };
    const open = after(read, rows(true, ['gone', 'read', 'stays']), words('gone'), words('read'), words('stays'));
    expect([...after(open, rows(false, [], ['gone', 'read'])).transcripts.keys()]).toEqual(['read', 'stays']);
  });

  test('a message of a newer server changes nothing', () => {
    const message = { type: 'weather' } as unknown as ServerMessage;
    expect(onMessage(start, message, 0)).toEqual({ state: start, effects: [] });
  });
});
