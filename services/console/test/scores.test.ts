import type { ConversationFact } from '@earshot/model';
import type { TranscriptLine } from '@earshot/wire/live';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Page, signIn } from './support/page.js';
import { call, said } from './support/records.js';
import { until } from './support/until.js';
import { openWorld, type World } from './support/world.js';

// Real sockets and a real log on a busy machine: a deadline, not an expectation.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** As the sentiment service appends it. */
function score(segment: number, anger: number, more: { revision?: number; model?: string } = {}): ConversationFact {
  const { revision = 0, model = 'm/1' } = more;
  const scores = { negative: anger / 2, neutral: 1 - anger / 2, positive: 0, anger, offensive: 0 };
  return {
    tenant: 'bank',
    conversationId: 'c1',
    eventId: `score-${segment}-${revision}-${model}`,
    atMs: 1_000 * segment,
    receivedAtMs: 0,
    source: 'voice',
    body: { kind: 'score', leg: 'c', segment, revision, model, scores },
  };
}

const angers = (lines: readonly TranscriptLine[] | undefined) => lines?.map((line) => line.scores?.anger);

async function wallOn(staff: string): Promise<Page> {
  const wall = await Page.open(await signIn(world.console, staff), 'wall');
  wall.say({ type: 'follow', conversationId: 'c1' });
  await until(() => (wall.transcripts.get('c1')?.length ?? 0) > 0, 'the words');
  return wall;
}

describe('what was felt', () => {
  beforeEach(() => world.fact(...call('c1', ['a1']), said('c1', 0, '我要投诉'), said('c1', 1, '好吧')));

  test('reaches a wall that follows the talk as it comes, and after a reload, and over HTTP', async () => {
    const wall = await wallOn('la');
    expect(angers(wall.transcripts.get('c1'))).toEqual([undefined, undefined]);
    await world.fact(score(0, 0.9));
    await until(() => wall.transcripts.get('c1')?.[0]?.scores !== undefined, 'the score');
    expect(wall.transcripts.get('c1')?.[0]?.scores).toEqual({ negative: 0.45, anger: 0.9 });
    expect(angers((await wallOn('la')).transcripts.get('c1'))).toEqual([0.9, undefined]);
    const answer = await (await signIn(world.console, 'la')).get('/v1/conversations/c1');
    expect(angers(((await answer.json()) as { transcript: TranscriptLine[] }).transcript)).toEqual([0.9, undefined]);
  });

  test('is told to no desk, and sends a desk nothing again', async () => {
    const desk = await Page.open(await signIn(world.console, 'a1'), 'desk');
    await until(() => desk.transcripts.get('c1')?.length === 2);
    const wall = await wallOn('la');
    const before = desk.heard.filter((message) => message.type === 'transcript').length;
    await world.fact(score(0, 0.9));
    await until(() => wall.transcripts.get('c1')?.[0]?.scores !== undefined, 'the score on the wall');
    // What is said after it comes after it: the desk has been told all that it will be told of the score.
    await world.fact(said('c1', 2, '还在吗'));
    await until(() => desk.transcripts.get('c1')?.length === 3);
    expect(desk.heard.filter((message) => message.type === 'transcript')).toHaveLength(before + 1);
    const over = await (await signIn(world.console, 'a1')).get('/v1/conversations/c1');
    const { transcript } = (await over.json()) as { transcript: TranscriptLine[] };
    for (const lines of [desk.transcripts.get('c1'), transcript])
      expect(angers(lines)).toEqual([undefined, undefined, undefined]);
  });

  test('belongs to the revision that is shown, by the model whose name is last', async () => {
    await world.fact(
      score(0, 0.9),
      score(0, 0.2, { model: 'm/2' }),
      said('c1', 1, '好吧，我等', { revision: 1 }),
      score(1, 0.7),
    );
    const wall = await wallOn('la');
    await until(() => angers(wall.transcripts.get('c1'))?.[0] === 0.2, 'the score of the second model');
    expect(angers(wall.transcripts.get('c1'))).toEqual([0.2, undefined]);
    await world.fact(score(1, 0.4, { revision: 1 }));
    await until(() => angers(wall.transcripts.get('c1'))?.[1] === 0.4, 'the score of the correction');
  });

  test('that comes before its words waits for them', async () => {
    await world.fact(score(5, 0.6), said('c1', 5, '我很生气'));
    const wall = await wallOn('la');
    await until(() => angers(wall.transcripts.get('c1'))?.[2] === 0.6, 'the score');
  });
});
