import { Chance } from '@earshot/testkit';
import { ConversationJudge, compileRules } from '../baseline/judge.js';
import { OurConversation } from './ours.js';
import type { PlainRule, Said } from './plain.js';
import { requireSame } from './same.js';
import { Talk } from './talk.js';
import { compile } from './write-rules.js';

export interface PlannedWords {
  /** Ms since the beginning of the step. */
  atMs: number;
  desk: string;
  /** Times are ms since the beginning too. */
  said: Said;
}

export interface LoadPlan {
  ratePerSecond: number;
  /** Conversation → whose desk it is at. */
  desks: ReadonlyMap<string, string>;
  words: readonly PlannedWords[];
  /** Every alert that must come, by its key, with the time at which the words that complete it are said. */
  expected: ReadonlyMap<string, number>;
}

export interface LoadPlanOptions {
  /** Takes part in every conversation's name. */
  name: string;
  seed: number;
  ratePerSecond: number;
  seconds: number;
  conversations: number;
  desks: readonly string[];
  texts: readonly string[];
  rules: readonly PlainRule[];
  /** Of the utterances, those that say a phrase of a rule; absent: one in twenty. */
  share?: number;
}

const USUAL_SHARE = 0.05;
/** How many utterances the baseline's judge, too, is asked about before a step. */
const CHECKED = 3_000;
const WORDS_LAST_MS = 50;

export function alertKey(conversation: string, rule: string, anchor: string): string {
  return `${conversation} ${rule} ${anchor}`;
}

export function planner(rules: readonly PlainRule[]) {
  const ruleSet = compile(rules);
  const compiled = compileRules(rules);

  return (options: LoadPlanOptions): LoadPlan => {
    const { name, ratePerSecond, seconds, share = USUAL_SHARE } = options;
    const chance = new Chance(options.seed);
    const talk = new Talk(chance, { texts: options.texts, spoken: rules.slice(0, 200), share });
    const count = Math.min(options.conversations, ratePerSecond);
    const ids = Array.from({ length: count }, (_, i) => `${name}-${i}`);
    const desks = new Map(ids.map((id, i) => [id, options.desks[i % options.desks.length] as string]));
    const words = Array.from({ length: Math.round(ratePerSecond * seconds) }, (_, i): PlannedWords => {
      const id = ids[i % count] as string;
      const atMs = (i / ratePerSecond) * 1_000;
      const endMs = Math.round(atMs);
      return { atMs, desk: desks.get(id) as string, said: talk.next(id, endMs - WORDS_LAST_MS, endMs) };
    });
    return { ratePerSecond, desks, words, expected: expectedOf(words) };
  };

  function expectedOf(words: readonly PlannedWords[]): Map<string, number> {
    const expected = new Map<string, number>();
    const ours = new Map<string, OurConversation>();
    const standing = new Map<string, number>();
    for (const { said, atMs } of words) {
      const id = said.conversation;
      const one = ours.get(id) ?? new OurConversation(ruleSet, id);
      ours.set(id, one);
      const stand = one.hear(said);
      if (stand === (standing.get(id) ?? 0)) continue;
      standing.set(id, stand);
      for (const { rule, anchor } of one.hits()) {
        const key = alertKey(id, rule, anchor);
        if (!expected.has(key)) expected.set(key, atMs);
      }
    }
    requireSameAsBaseline(words, expected);
    return expected;
  }

  function requireSameAsBaseline(words: readonly PlannedWords[], expected: ReadonlyMap<string, number>): void {
    const ids = [...new Set(words.map(({ said }) => said.conversation))];
    const asked = new Set(ids.slice(0, Math.max(1, Math.floor((ids.length * CHECKED) / words.length))));
    const judges = new Map([...asked].map((id) => [id, new ConversationJudge()]));
    const theirs = words.flatMap(({ said }) =>
      (judges.get(said.conversation)?.hear(compiled, said) ?? []).map(({ rule, anchor }) =>
        alertKey(said.conversation, rule, anchor),
      ),
    );
    const mine = [...expected.keys()].filter((key) => asked.has(key.slice(0, key.indexOf(' '))));
    requireSame(['ours', mine], ['the baseline', theirs]);
  }
}
