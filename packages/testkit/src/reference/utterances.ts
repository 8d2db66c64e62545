import type { ConversationRecord, RecordedUtterance } from '@earshot/model';
import { feelsIt } from './feelings.js';
import { occurrences, type Place, type Reader } from './naive-text.js';
import type { PlainCondition, PlainPhrase, PlainPhrases, PlainRule, PlainScope } from './types.js';

/** One revision of an utterance that a condition may rest on. */
export interface Reading {
  said: RecordedUtterance;
  revision: number;
  text: string;
  endMs: number;
  receivedAtMs: number;
}

/** An utterance that satisfies a condition, by the first of its revisions that does. */
export interface Match {
  reading: Reading;
  spans: Place[];
}

export interface Sight {
  rule: PlainRule;
  record: ConversationRecord;
  /** Every utterance the rule can see, in order. */
  said: RecordedUtterance[];
  read: Reader;
}

const EVERYBODY = ['customer', 'agent'];

export const rolesOf = (rule: PlainRule): readonly string[] => rule.roles ?? EVERYBODY;

/** Every utterance that satisfies the condition, in order. */
export function matches(sight: Sight, condition: PlainCondition): Match[] {
  return sight.said.flatMap((said) => {
    if (!rolesOf(sight.rule).includes(said.role)) return [];
    const reading = readingsOf(said).find((one) => holds(sight, condition, one) === true);
    return reading ? [{ reading, spans: spansIn(sight, condition, reading.text) }] : [];
  });
}

export function inOrder(said: Iterable<RecordedUtterance>): RecordedUtterance[] {
  return [...said].sort(compare);
}

export function compare(a: RecordedUtterance, b: RecordedUtterance): number {
  if (a.startMs !== b.startMs) return a.startMs - b.startMs;
  if (a.leg !== b.leg) return a.leg < b.leg ? -1 : 1;
  return a.segment - b.segment;
}

/** How many places `later` stands behind `earlier` among what the rule hears. */
export function places(sight: Sight, earlier: RecordedUtterance, later: RecordedUtterance): number {
  const heard = sight.said.filter((one) => rolesOf(sight.rule).includes(one.role));
  return heard.indexOf(later) - heard.indexOf(earlier);
}

export function isOnUtterance(condition: PlainCondition): boolean {
  if ('phrases' in condition || 'sentiment' in condition) return true;
  if ('and' in condition) return condition.and.every(isOnUtterance);
  if ('or' in condition) return condition.or.every(isOnUtterance);
  return 'not' in condition && isOnUtterance(condition.not);
}

export function readingsOf(said: RecordedUtterance): Reading[] {
  const { revision, text, endMs, receivedAtMs } = said;
  if (said.final || said.openRevisions.length === 0) return [{ said, revision, text, endMs, receivedAtMs }];
  return said.openRevisions.map((open) => ({ said, ...open })).sort((a, b) => a.revision - b.revision);
}

/** Undefined: undecided. */
function holds(sight: Sight, condition: PlainCondition, reading: Reading): boolean | undefined {
  if ('phrases' in condition) return saysIt(sight, condition, reading);
  if ('sentiment' in condition) return feelsIt(sight, condition, reading);
  if ('and' in condition) {
    const parts = condition.and.map((part) => holds(sight, part, reading));
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
  }
  if ('or' in condition) {
    const parts = condition.or.map((part) => holds(sight, part, reading));
    return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
  }
  if ('not' in condition) {
    const inner = holds(sight, condition.not, reading);
    return inner === undefined ? undefined : !inner;
  }
  throw new Error('not a condition on one utterance');
}

function saysIt(sight: Sight, node: PlainPhrases, { said, text }: Reading): boolean {
  const roles = node.roles ?? rolesOf(sight.rule);
  if (!roles.includes(said.role) || !stands(sight, node.scope ?? sight.rule.scope, roles, said)) return false;
  const { any, all, none, atLeast } = setsOf(node);
  const occurs = (phrase: PlainPhrase) => find(sight, phrase, text).length > 0;
  if (any && !any.some(occurs)) return false;
  if (all && !all.every(occurs)) return false;
  if (none?.some(occurs)) return false;
  return !atLeast || new Set(atLeast.of.filter(occurs).map((one) => JSON.stringify(one))).size >= atLeast.count;
}

export function stands(
  sight: Sight,
  scope: PlainScope | undefined,
  roles: readonly string[],
  said: RecordedUtterance,
): boolean {
  if (!scope) return true;
  const those = sight.said.filter((one) => roles.includes(one.role));
  if (scope.first !== undefined) return those.slice(0, scope.first).includes(said);
  if (scope.last !== undefined) return those.slice(-scope.last).includes(said);
  const { startedAtMs } = sight.record;
  if (startedAtMs === undefined) return false;
  const seconds = (said.startMs - startedAtMs) / 1000;
  return seconds >= (scope.fromSeconds ?? -Infinity) && seconds < (scope.toSeconds ?? Infinity);
}

/** Where any phrase of the condition stands in the text, unless it stands under a `not` or a `none`. */
function spansIn(sight: Sight, condition: PlainCondition, text: string): Place[] {
  if ('phrases' in condition) {
    const { any = [], all = [], atLeast } = setsOf(condition);
    return [...any, ...all, ...(atLeast?.of ?? [])].flatMap((phrase) => find(sight, phrase, text));
  }
  if ('and' in condition) return condition.and.flatMap((part) => spansIn(sight, part, text));
  if ('or' in condition) return condition.or.flatMap((part) => spansIn(sight, part, text));
  return [];
}

function find(sight: Sight, phrase: PlainPhrase, text: string): Place[] {
  const spec = typeof phrase === 'string' ? { text: phrase, joined: false } : { joined: false, ...phrase };
  return occurrences(text, spec, sight.read);
}

function setsOf({ phrases }: PlainPhrases) {
  return Array.isArray(phrases) ? { any: phrases } : { ...phrases };
}
