import { scoreId, utteranceAnchor } from '@earshot/model';
import {
  type Arrival,
  type Chance,
  PHRASES,
  type PlainCondition,
  type PlainFeeling,
  type PlainRule,
} from '@earshot/testkit';

/** Few values, so that limits are met exactly. */
const VALUES = [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1];
const SENTIMENTS = ['negative', 'anger'] as const;
const MODELS = ['m-1', 'm-2'];
/** Shorter than the linger behind the utterance that it follows, so that it finds the conversation. */
const LATEST_MS = 10_000;

/** The same rules, which look for scores beside or instead of about half of their words. */
export function withFeelings(rules: readonly PlainRule[], chance: Chance): PlainRule[] {
  return [...rules.map((rule) => ({ ...rule, when: felt(rule.when, rule, chance) })), wordsInAMood(chance)];
}

/** Words decide which utterance, scores of others decide whether: what an index by words alone gets wrong. */
function wordsInAMood(chance: Chance): PlainRule {
  const phrases = Array.from({ length: 8 }, () => chance.pick(PHRASES));
  const value = chance.pick(VALUES);
  const sentiment = {
    of: chance.pick(SENTIMENTS),
    ...chance.pick([{ atLeast: value }, { below: value }]),
    overTurns: 2,
  };
  return { id: 'mood', when: { and: [{ phrases: [...new Set(phrases)] }, { sentiment }] } };
}

function felt(condition: PlainCondition, rule: PlainRule, chance: Chance): PlainCondition {
  const inner = (part: PlainCondition) => felt(part, rule, chance);
  if ('and' in condition) return { and: condition.and.map(inner) };
  if ('or' in condition) return { or: condition.or.map(inner) };
  if ('not' in condition) return { not: inner(condition.not) };
  if ('once' in condition) return { once: inner(condition.once) };
  if ('then' in condition) {
    const { first, next } = condition.then;
    return { then: { ...condition.then, first: inner(first), next: inner(next) } };
  }
  if ('count' in condition) return { count: { ...condition.count, of: inner(condition.count.of) } };
  if ('missing' in condition) {
    const { expect, after } = condition.missing;
    return { missing: { ...condition.missing, expect: inner(expect), ...(after ? { after: inner(after) } : {}) } };
  }
  if ('history' in condition || chance.chance(0.5)) return condition;
  const sounds = feeling(condition, rule, chance);
  return chance.chance(0.4) ? { and: [condition, sounds] } : sounds;
}

function feeling(instead: PlainCondition, rule: PlainRule, chance: Chance): PlainFeeling {
  const { roles, scope } = instead as PlainFeeling;
  const value = chance.pick(VALUES);
  const overTurns = chance.between(2, 4);
  const both = !roles && !rule.roles && chance.chance(0.2) ? { roles: ['customer', 'agent'] } : {};
  return {
    sentiment: {
      of: chance.pick(SENTIMENTS),
      ...chance.pick([
        { atLeast: value },
        { below: value },
        { atLeast: value, overTurns },
        { below: value, overTurns },
        { risesBy: value, overTurns },
      ]),
    },
    ...both,
    ...(roles ? { roles } : {}),
    ...(scope ? { scope } : {}),
  };
}

/** The same talk, and scores that follow it: late, doubled, of other revisions, of two models, and some never. */
export function withScores(arrivals: readonly Arrival[], chance: Chance): Arrival[] {
  const seen = new Set<string>();
  const scores = arrivals.flatMap(({ arriveMs, fact }): Arrival[] => {
    const { tenant, conversationId, atMs, source, body } = fact;
    if (body.kind !== 'utterance' || seen.has(fact.eventId)) return [];
    seen.add(fact.eventId);
    if (chance.chance(body.final ? 0.12 : 0.3)) return [];
    const { leg, segment, revision } = body;
    return MODELS.slice(0, chance.chance(0.15) ? 2 : 1).flatMap((model) => {
      const eventId = scoreId(tenant, conversationId, utteranceAnchor(leg, segment), revision, model);
      const [negative, anger] = [chance.pick(VALUES), chance.pick(VALUES)];
      const said = { negative, neutral: 0, positive: 0, anger, offensive: 0 };
      const score = { kind: 'score' as const, leg, segment, revision, model, scores: said };
      const times = chance.chance(0.15) ? 2 : 1;
      return Array.from({ length: times }, () => {
        const at = arriveMs + (chance.chance(0.5) ? chance.below(LATEST_MS) : chance.below(200));
        return { arriveMs: at, fact: { tenant, conversationId, eventId, atMs, receivedAtMs: 0, source, body: score } };
      });
    });
  });
  // Stable: what arrives together keeps its order, so a score stands behind its utterance.
  return [...arrivals, ...scores].sort((a, b) => a.arriveMs - b.arriveMs);
}
