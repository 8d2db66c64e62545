import type { ConversationRecord, RecordedUtterance } from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';
import type { PlainCondition, PlainHistory, PlainLimits } from './types.js';
import { compare, isOnUtterance, type Match, matches, places, type Sight } from './utterances.js';

export interface Hit {
  anchor: string;
  /** The utterance that excuses are counted from; absent: the start. */
  at?: Match;
  evidence: Match[];
  /** Time decided it. */
  dueMs?: number;
  role?: string;
  participantId?: string;
}

export interface Times {
  latenessMs: number;
}

/** Everything that the condition finds, each case looked at on its own. */
export function hitsOf(sight: Sight, condition: PlainCondition, times: Times): Hit[] {
  if (isOnUtterance(condition)) return matches(sight, condition).map((match) => hitAt(match, [match]));
  if ('then' in condition) return thenHits(sight, condition.then);
  if ('count' in condition) return countHits(sight, condition.count);
  if ('missing' in condition) return missingHits(sight, condition.missing, times);
  if ('history' in condition) return historyHits(sight.record, condition.history);
  if ('once' in condition) {
    const [first] = firstOf(hitsOf(sight, condition.once, times));
    if (!first) return [];
    const [begun] = first.evidence;
    return [
      {
        anchor: 'conversation',
        ...(begun ? { at: begun } : {}),
        evidence: first.evidence,
        dueMs: first.dueMs,
        role: begun?.reading.said.role ?? first.role,
      },
    ];
  }
  if ('or' in condition) {
    const all = condition.or.flatMap((part) => hitsOf(sight, part, times));
    return all.filter((hit, at) => all.findIndex((one) => one.anchor === hit.anchor) === at);
  }
  if ('and' in condition) return andHits(sight, condition.and, times);
  return [];
}

function andHits(sight: Sight, given: readonly PlainCondition[], times: Times): Hit[] {
  const same = given.filter(isOnUtterance);
  const parts = given.flatMap((part) => {
    if (!isOnUtterance(part)) return [part];
    return part === same[0] ? [{ and: same }] : [];
  });
  const found = parts.map((part) => ({
    part,
    hits: hitsOf(sight, 'not' in part && !isOnUtterance(part) ? part.not : part, times),
  }));
  const negated = (part: PlainCondition) => 'not' in part && !isOnUtterance(part);
  if (found.some(({ part, hits }) => (negated(part) ? hits.length > 0 : hits.length === 0))) return [];
  const [carrier, ...further] = found.filter(({ part }) => !negated(part));
  const behind = further.flatMap(({ hits }) => firstOf(hits)[0]?.evidence ?? []);
  return (carrier?.hits ?? []).map((hit) => ({ ...hit, evidence: [...hit.evidence, ...behind] }));
}

/** By their first evidence in the order of the talk; those without any come first. */
function firstOf(hits: readonly Hit[]): Hit[] {
  const bare = hits.filter((hit) => hit.evidence.length === 0);
  if (bare.length > 0) return bare;
  const said = (hit: Hit) => (hit.evidence[0] as Match).reading.said;
  return [...hits].sort((a, b) => compare(said(a), said(b)));
}

function thenHits(
  sight: Sight,
  { first, next, ...limits }: { first: PlainCondition; next: PlainCondition } & PlainLimits,
): Hit[] {
  const answers = matches(sight, next);
  return matches(sight, first).flatMap((one) => {
    const answer = answers.find((other) => compare(other.reading.said, one.reading.said) > 0);
    if (!answer) return [];
    const waitedSeconds = (answer.reading.said.startMs - one.reading.endMs) / 1000;
    if (waitedSeconds > (limits.withinSeconds ?? Infinity)) return [];
    if (places(sight, one.reading.said, answer.reading.said) > (limits.withinUtterances ?? Infinity)) return [];
    return [hitAt(one, [one, answer])];
  });
}

function countHits(
  sight: Sight,
  { of, atLeast, ...limits }: { of: PlainCondition; atLeast: number } & PlainLimits,
): Hit[] {
  const runs: Match[][] = [];
  for (const match of matches(sight, of)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && together(sight, limits, last, match)) run.push(match);
    else runs.push([match]);
  }
  return runs.flatMap((run) => {
    for (let from = 0; from + atLeast <= run.length; from++) {
      const some = run.slice(from, from + atLeast);
      if (together(sight, limits, some[0] as Match, some.at(-1) as Match)) return [hitAt(run[0] as Match, some)];
    }
    return [];
  });
}

function together(sight: Sight, limits: PlainLimits, a: Match, b: Match): boolean {
  const seconds = (b.reading.said.startMs - a.reading.said.startMs) / 1000;
  if (seconds > (limits.withinSeconds ?? Infinity)) return false;
  return places(sight, a.reading.said, b.reading.said) < (limits.withinUtterances ?? Infinity);
}

function missingHits(
  sight: Sight,
  { expect, withinSeconds, after }: { expect: PlainCondition; withinSeconds: number; after?: PlainCondition },
  { latenessMs }: Times,
): Hit[] {
  const { startedAtMs, endedAtMs, nowMs } = sight.record;
  const answers = matches(sight, expect).map(({ reading }) => reading.said);
  const over = (dueMs: number) => (endedAtMs !== undefined ? dueMs <= endedAtMs : dueMs + latenessMs <= nowMs);
  const inTime = (dueMs: number, since?: RecordedUtterance) =>
    answers.some((said) => said.startMs <= dueMs && (!since || compare(said, since) > 0));
  const role =
    ('phrases' in expect || 'sentiment' in expect) && expect.roles?.length === 1 ? { role: expect.roles[0] } : {};
  if (!after) {
    if (startedAtMs === undefined) return [];
    const dueMs = startedAtMs + withinSeconds * 1000;
    return over(dueMs) && !inTime(dueMs) ? [{ anchor: 'deadline:conversation', evidence: [], dueMs, ...role }] : [];
  }
  return matches(sight, after).flatMap((one) => {
    const dueMs = one.reading.endMs + withinSeconds * 1000;
    if (!over(dueMs) || inTime(dueMs, one.reading.said)) return [];
    return [{ anchor: `deadline:${anchorOf(one)}`, at: one, evidence: [one], dueMs, ...role }];
  });
}

function historyHits({ history }: ConversationRecord, asked: PlainHistory['history']): Hit[] {
  const known = [...(history?.values() ?? [])];
  const of = (kind: string) => known.filter(({ subject }) => subject.kind === kind);
  const enough =
    'contacts' in asked
      ? of('customer').filter(({ count }) => count >= asked.contacts.atLeast)
      : 'topicConversations' in asked
        ? of('topic').filter(
            ({ subject, count }) =>
              subject.id === asked.topicConversations.topic && count >= asked.topicConversations.atLeast,
          )
        : of('agent').filter(({ count, tags }) => {
            const { tag, atLeast } = asked.agentFindings;
            return tag === undefined ? count >= atLeast : tags.some((one) => one.tag === tag && one.count >= atLeast);
          });
  const [first] = enough.map(({ knownMs }) => knownMs).sort((a, b) => a - b);
  return first === undefined ? [] : [{ anchor: 'conversation', evidence: [], dueMs: first }];
}

function hitAt(match: Match, evidence: Match[]): Hit {
  const { participantId, role } = match.reading.said;
  return { anchor: anchorOf(match), at: match, evidence, participantId, role };
}

function anchorOf({ reading }: Match): string {
  return utteranceAnchor(reading.said.leg, reading.said.segment);
}
