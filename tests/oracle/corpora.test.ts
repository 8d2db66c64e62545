import { readConversations, toEvents } from '@earshot/cli';
import { loadStarterRulebook } from '@earshot/rulebooks';
import { compileRuleSet, createErasJudge, judgeRecord } from '@earshot/rules';
import { type Arrival, Chance, judgeNaively, type PlainRule, recordOf } from '@earshot/testkit';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SETS } from '../corpora/sets.mjs';
import { digest, plain } from './compare.js';
import { LATENESS_MS, LINGER_MS, playStream } from './stream.js';

const START_MS = 1_700_000_000_000;
/** All of them, or every so many. */
const EVERY = process.env.EARSHOT_TEST_ALL ? 1 : 40;

/** Real talk is long, and every look judges it anew from its beginning. */
const LOOKS = 0.01;

const files = loadStarterRulebook();
const rules = Object.values(files).flatMap((text) => (parse(text) as { rules: PlainRule[] }).rules);
const compiled = compileRuleSet(files);
if (!compiled.ok) throw new Error(compiled.faults[0]?.message);
const { ruleSet } = compiled;

/** As a contact centre would have sent it, now and then late or twice. */
async function* arrivalsOf(file: string, chance: Chance): AsyncGenerator<Arrival[]> {
  let line = 0;
  for await (const read of readConversations(file)) {
    if (line++ % EVERY !== 0) continue;
    const events = toEvents(read.conversation, START_MS);
    const facts = events.map(({ conversationId, ...event }) => ({
      tenant: 'oracle',
      conversationId,
      ...event,
      source: 'text' as const,
      ruleSet: { epoch: 1, hash: ruleSet.hash, appliesToRunning: false },
    }));
    const once = facts.map((fact) => fact.atMs + (chance.chance(0.1) ? chance.between(1_000, 10_000) : 0));
    const arrivals = facts.flatMap((fact, i) => {
      const arriveMs = once[i] as number;
      const times = chance.chance(0.1) ? [arriveMs, arriveMs + chance.below(5_000)] : [arriveMs];
      return times.map((ms) => ({ arriveMs: ms, fact: { ...fact, receivedAtMs: ms } }));
    });
    yield arrivals.sort((a, b) => a.arriveMs - b.arriveMs);
  }
}

describe('stream, batch and reference find the same in real conversations', () => {
  test.each(['fraud', 'crosswoz', 'star', 'honest'] as const)('%s', { timeout: 600_000 }, async (name) => {
    const chance = new Chance(1);
    let judged = 0;
    let found = 0;
    for await (const arrivals of arrivalsOf(SETS[name].file, chance)) {
      for (const { findings, logged, closed } of playStream(
        [ruleSet],
        createErasJudge,
        arrivals,
        new Chance(judged),
        LOOKS,
      )) {
        const record = recordOf(logged, { lingerMs: LINGER_MS, closed });
        const want = digest(judgeNaively(rules, record, { latenessMs: LATENESS_MS }));
        expect(digest(plain(judgeRecord(ruleSet, record, { latenessMs: LATENESS_MS })))).toBe(want);
        expect(digest(plain(findings))).toBe(want);
        found += findings.length;
      }
      judged++;
    }
    expect(judged).toBeGreaterThan(0);
    if (name === 'fraud') expect(found).toBeGreaterThan(0);
  });
});
