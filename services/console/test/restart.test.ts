import type { ConversationFact, ConversationRecord } from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';
import { RECORD_SCHEMAS, saveRecord } from '@earshot/wire';
import { afterEach, expect, test, vi } from 'vitest';
import { Page, signIn } from './support/page.js';
import { alertOf, call, said } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
afterEach(() => world.close());

/** What the rule engine keeps of a conversation: the first `words` of the call, and who was in it. */
function checkpointOf(conversationId: string, agent: string, words: readonly string[]): ConversationFact {
  const atMs = Date.now();
  const record: ConversationRecord = {
    tenant: 'bank',
    conversationId,
    channel: 'voice',
    resumed: false,
    startedAtMs: atMs,
    nowMs: atMs,
    externalIds: { callId: 'C-1' },
    fields: {},
    participants: [{ participantId: 'p', role: 'agent', staffNumber: agent, leg: 'a', joinedMs: atMs }],
    utterances: new Map(
      words.map((text, segment) => [
        utteranceAnchor('c', segment),
        {
          participantId: 'customer',
          role: 'customer',
          leg: 'c',
          segment,
          revision: 0,
          final: true,
          withdrawn: false,
          text,
          startMs: 1_000 * segment,
          endMs: 1_000 * segment + 500,
          receivedAtMs: atMs,
          openRevisions: [],
        },
      ]),
    ),
  };
  const state = saveRecord({
    record,
    seenEvents: new Map(),
    laterEras: [],
    source: 'voice',
    nowSetAtLogMs: atMs,
  });
  return {
    tenant: 'bank',
    conversationId,
    eventId: `checkpoint-${conversationId}`,
    atMs,
    receivedAtMs: atMs,
    source: 'voice',
    body: {
      kind: 'checkpoint',
      service: 'rule-engine',
      schema: RECORD_SCHEMAS[0],
      birthOffset: 0,
      asOf: 4,
      lastOffset: 4,
      lastLogMs: atMs,
      state,
    },
  };
}

test('a call that began before what a restart reads again stands on the desk whole, from its checkpoint', async () => {
  world = await openWorld({ settings: { conversationsBackRecords: 6 } });
  const words = Array.from({ length: 9 }, (_, segment) => `第${segment}句`);
  const heard = words.map((text, segment) => said('long', segment, text));
  await world.fact(...call('long', ['a1']), ...heard.slice(0, 3));
  await world.fact(...heard.slice(3, 4), checkpointOf('long', 'a1', words.slice(0, 4)), ...heard.slice(4));
  await world.restart();
  const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
  await until(() => (desk.transcripts.get('long')?.length ?? 0) === words.length, 'the whole talk');
  expect(desk.transcripts.get('long')?.map((line) => line.text)).toEqual(words);
  expect(desk.rows.get('long')).toMatchObject({ agents: ['a1'], externalIds: { callId: 'C-1' }, utterances: 9 });
});

test('without it, the same call is nobody’s: the checkpoint is what brings it back', async () => {
  world = await openWorld({ settings: { conversationsBackRecords: 6 } });
  await world.fact(...call('long', ['a1']), ...Array.from({ length: 9 }, (_, n) => said('long', n, `第${n}句`)));
  await world.fact(...call('short', ['a1']));
  await world.restart();
  const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
  await until(() => desk.rows.has('short'), 'the row of the short call');
  expect(desk.rows.has('long')).toBe(false);
});

test('an alert of a call that is nobody’s stands on the wall before a word of the call has been read', async () => {
  world = await openWorld();
  const wall = await Page.open(await signIn(world.console, 'fs'), 'wall');
  await world.alert({
    kind: 'alert',
    alert: alertOf({ id: 'x', conversationId: 'unheard', version: 1, agents: [] }),
  });
  await until(() => wall.heard.some((one) => one.type === 'alert' && one.alert.id === 'x'), 'the alert');
  expect(wall.rows.has('unheard')).toBe(false);
});
