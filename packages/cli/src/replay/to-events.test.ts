import { describe, expect, it } from 'vitest';
import type { ReplayConversation } from './conversation.js';
import { toEvents } from './to-events.js';

const BASE_MS = Date.UTC(2026, 0, 5, 9);

const CALL: ReplayConversation = {
  id: 'c1',
  channel: 'voice',
  language: 'zh',
  agentId: '1001',
  timesMade: false,
  turns: [
    { role: 'system', text: '欢迎致电', startMs: 0, endMs: 500 },
    { role: 'agent', text: '您好', startMs: 600, endMs: 4000 },
    { role: 'customer', text: '等等', startMs: 900, endMs: 1500 },
    { role: 'agent', text: '请说', startMs: 4100, endMs: 4600 },
  ],
};

describe('events of a replayed conversation', () => {
  const events = toEvents(CALL, BASE_MS);

  it('begin now, are in the order of their times and end with the end', () => {
    expect(events[0]).toMatchObject({ atMs: BASE_MS, body: { kind: 'started', channel: 'voice' } });
    expect(events.map(({ atMs }) => atMs)).toEqual([...events.map(({ atMs }) => atMs)].sort((a, b) => a - b));
    expect(events.at(-1)).toMatchObject({ atMs: BASE_MS + 4600, body: { kind: 'ended' } });
  });

  it('let everybody join who speaks, before the first word', () => {
    const joined = events.slice(1, 4).map(({ body }) => body);
    expect(joined).toMatchObject([
      { kind: 'participant-joined', role: 'ivr', leg: 'system' },
      { kind: 'participant-joined', role: 'agent', leg: 'agent', staffNumber: '1001' },
      { kind: 'participant-joined', role: 'customer', leg: 'customer' },
    ]);
  });

  it('number segments per leg in the order they were spoken, whole and final', () => {
    const spoken = events.flatMap(({ body }) => (body.kind === 'utterance' ? [body] : []));
    expect(spoken.map(({ leg, segment, text, startMs }) => [leg, segment, text, startMs - BASE_MS])).toEqual([
      ['system', 0, '欢迎致电', 0],
      ['customer', 0, '等等', 900],
      ['agent', 0, '您好', 600],
      ['agent', 1, '请说', 4100],
    ]);
    expect(spoken.every(({ final, revision }) => final && revision === 0)).toBe(true);
  });

  it('have names that come from the input: the same run repeats them, another run has others', () => {
    const names = (baseMs: number) => toEvents(CALL, baseMs).map(({ eventId }) => eventId);
    expect(names(BASE_MS)).toEqual(names(BASE_MS));
    expect(new Set([...names(BASE_MS), ...names(BASE_MS + 1)]).size).toBe(2 * events.length);
  });

  it('are started and ended for a conversation in which nobody spoke', () => {
    expect(toEvents({ ...CALL, turns: [] }, BASE_MS).map(({ body }) => body.kind)).toEqual(['started', 'ended']);
  });

  it('call the system of a chat a bot', () => {
    const bodies = toEvents({ ...CALL, channel: 'chat' }, BASE_MS).map(({ body }) => body);
    expect(bodies).toContainEqual(expect.objectContaining({ kind: 'participant-joined', role: 'bot' }));
  });
});
