import { deriveId, type HistoryAnswer, type HistorySubject } from '@earshot/model';
import {
  type Arrival,
  type Chance,
  PHRASES,
  type PlainCondition,
  type PlainHistory,
  type PlainRule,
} from '@earshot/testkit';

/** Shorter than the linger behind the event that it follows, so that it finds the conversation. */
const LATEST_MS = 10_000;
const SUBJECTS: HistorySubject[] = [
  { kind: 'customer', id: 'k' },
  { kind: 'agent', id: '1' },
  { kind: 'agent', id: '2' },
  { kind: 'topic', id: 'a' },
  { kind: 'topic', id: 'b' },
];

/** The same rules, and some that rest on other conversations: alone, beside words, once, or where there is nothing. */
export function withHistory(rules: readonly PlainRule[], chance: Chance): PlainRule[] {
  const own = Array.from({ length: chance.between(1, 3) }, (_, i) => ({ id: `known-${i}`, when: knows(chance) }));
  return [...rules, ...own];
}

function knows(chance: Chance): PlainCondition {
  const words = { phrases: [chance.pick(PHRASES)] };
  switch (chance.below(6)) {
    case 0:
      return { and: [words, history(chance)] };
    case 1:
      return { and: [history(chance), words] };
    case 2:
      return { and: [words, { not: history(chance) }] };
    case 3:
      return { once: history(chance) };
    case 4:
      return { or: [history(chance), history(chance)] };
    default:
      return history(chance);
  }
}

function history(chance: Chance): PlainHistory {
  const atLeast = chance.between(1, 4);
  return {
    history: chance.pick<PlainHistory['history']>([
      { contacts: { atLeast } },
      { agentFindings: { atLeast } },
      { agentFindings: { tag: chance.pick(['x', 'y']), atLeast } },
      { topicConversations: { topic: chance.pick(['a', 'b']), atLeast } },
    ]),
  };
}

/** The same talk, and answers of history here and there: rising, falling, doubled, in another order. */
export function withAnswers(arrivals: readonly Arrival[], chance: Chance): Arrival[] {
  const answers = Array.from({ length: chance.between(1, 8) }, (_, i): Arrival[] => {
    const { arriveMs, fact } = chance.pick(arrivals);
    const { tenant, conversationId, source } = fact;
    const subject = chance.pick(SUBJECTS);
    const knownMs = fact.atMs + chance.below(1_000);
    const of = new Map(['x', 'y'].map((tag) => [tag, chance.below(5)]));
    const body: HistoryAnswer = {
      kind: 'history',
      subject,
      cause: chance.below(20) * 100 + i,
      knownMs,
      count: chance.below(6),
      tags: subject.kind === 'agent' ? [...of].map(([tag, count]) => ({ tag, count })) : [],
      earlier: [],
    };
    const eventId = deriveId('history', conversationId, subject.kind, subject.id, body.cause);
    const one = { tenant, conversationId, eventId, atMs: knownMs, receivedAtMs: 0, source, body };
    const times = chance.chance(0.2) ? 2 : 1;
    return Array.from({ length: times }, () => ({ arriveMs: arriveMs + chance.below(LATEST_MS), fact: one }));
  });
  return [...arrivals, ...answers.flat()].sort((a, b) => a.arriveMs - b.arriveMs);
}
