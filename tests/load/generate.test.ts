import { describe, expect, test } from 'vitest';
import { generate } from './generate.js';
import type { LoadOptions, Planned } from './plan.js';
import { PLANTED } from './words.js';

const OPTIONS: LoadOptions = {
  seed: 7,
  openCalls: 60,
  finalsPerSecond: 100,
  partialsPerFinal: 2,
  speed: 20,
  runMs: 60_000,
  startMs: Date.UTC(2026, 4, 1, 9),
  name: 't',
  longCall: true,
  allowed: () => true,
  staff: ['10001'],
};

function run(patch: Partial<LoadOptions> = {}): Planned[] {
  return [...generate({ ...OPTIONS, ...patch })];
}

describe('the generated load', () => {
  const steps = run();

  test('says the same for the same seed and something else for another', () => {
    expect(run()).toEqual(steps);
    expect(run({ seed: 8 })).not.toEqual(steps);
  });

  test('comes in sending order, at about the rate that was asked for', () => {
    for (const [i, { atMs }] of steps.entries())
      if (i > 0) expect(atMs).toBeGreaterThanOrEqual(steps[i - 1]?.atMs ?? 0);
    const finals = steps.filter(({ event }) => event?.body.kind === 'utterance' && event.body.final).length;
    const longCall = 7_200 / 3;
    expect((finals - longCall) / 60).toBeGreaterThan(80);
    expect((finals - longCall) / 60).toBeLessThan(120);
  });

  test('holds every kind of planted verdict, and each names words that were said', () => {
    const kinds = new Set(steps.flatMap(({ effects }) => effects.map(({ rule, becomes }) => `${rule} ${becomes}`)));
    expect([...kinds].sort()).toEqual([
      'planted-missing gone',
      'planted-missing may',
      'planted-missing never',
      'planted-missing stands',
      'planted-next stands',
      'planted-partial gone',
      'planted-partial may',
      'planted-partial stands',
      'planted-phrase stands',
      'planted-then stands',
    ]);
    for (const { event, effects } of steps) {
      if (!effects.some(({ rule }) => rule === 'planted-phrase')) continue;
      expect(event?.body.kind === 'utterance' && event.body.final && event.body.text).toContain(PLANTED.phrase);
    }
    expect(steps.some(({ conflict }) => conflict)).toBe(true);
  });

  test('numbers segments without holes and never reuses a revision for other words, but for planted conflicts', () => {
    const said = new Map<string, string>();
    for (const { event, conflict } of steps) {
      if (event?.body.kind !== 'utterance' || conflict) continue;
      const { leg, segment, revision, text } = event.body;
      const name = `${event.conversationId} ${leg} ${segment} ${revision}`;
      expect(said.get(name) ?? text).toBe(text);
      said.set(name, text);
    }
  });
});
