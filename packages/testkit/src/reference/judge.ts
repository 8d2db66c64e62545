import type { ConversationRecord } from '@earshot/model';
import { type Hit, hitsOf, type Times } from './conversation.js';
import { createReader } from './naive-text.js';
import type { PlainCondition, PlainFinding, PlainRule } from './types.js';
import { compare, inOrder, type Match, matches, places, rolesOf, type Sight } from './utterances.js';

export interface ReferenceOptions extends Times {
  /** Traditional to simplified, one character; whatever the texts of the test need. */
  simplify?(char: string): string;
}

/**
 * Judges a record once, by the definition of the rule language (`packages/rules/README.md`) and in the plainest way:
 * sort, look at everything, no index, no state. Shares no code with the rule engine, so that the two can be compared.
 */
export function judgeNaively(
  rules: readonly PlainRule[],
  record: ConversationRecord,
  { latenessMs, simplify = (char) => char }: ReferenceOptions,
): PlainFinding[] {
  const read = createReader(simplify);
  const exists = inOrder([...record.utterances.values()].filter((one) => !one.withdrawn));
  return rules.flatMap((rule) => {
    const said = rule.on === 'partial' ? exists : exists.filter((one) => one.final);
    const sight: Sight = { rule, record, said, read };
    if (!runs(rule, record)) return [];
    return hitsOf(sight, rule.when, { latenessMs })
      .filter((hit) => !excused(sight, hit))
      .map((hit) => asFinding(rule, hit));
  });
}

function runs({ only, scope, when, unless }: PlainRule, record: ConversationRecord): boolean {
  const among = (list: readonly string[] | undefined, value: string | undefined) =>
    !list || (value !== undefined && list.includes(value));
  if (!among(only?.channels, record.channel) || !among(only?.businessLines, record.businessLine)) return false;
  if (!among(only?.queues, record.queue) || !among(only?.skillGroups, record.skillGroup)) return false;
  const nodes = nodesOf(when);
  const scopes = [
    ...nodes.flatMap((node) => (('phrases' in node || 'sentiment' in node) && (node.scope ?? scope)) || []),
    ...(unless && (unless.scope ?? scope) ? [unless.scope ?? scope ?? {}] : []),
  ];
  const timed = scopes.some((one) => one.fromSeconds !== undefined || one.toSeconds !== undefined);
  const fromStart = nodes.some((node) => 'missing' in node && !node.missing.after);
  if (record.resumed && (timed || fromStart || scopes.some((one) => one.first !== undefined))) return false;
  if (record.startedAtMs === undefined && (timed || fromStart)) return false;
  return record.endedAtMs !== undefined || !scopes.some((one) => one.last !== undefined);
}

function nodesOf(condition: PlainCondition): PlainCondition[] {
  const inner =
    'and' in condition
      ? condition.and
      : 'or' in condition
        ? condition.or
        : 'not' in condition
          ? [condition.not]
          : 'once' in condition
            ? [condition.once]
            : 'then' in condition
              ? [condition.then.first, condition.then.next]
              : 'count' in condition
                ? [condition.count.of]
                : 'missing' in condition
                  ? [condition.missing.expect, ...(condition.missing.after ? [condition.missing.after] : [])]
                  : [];
  return [condition, ...inner.flatMap(nodesOf)];
}

function excused(sight: Sight, hit: Hit): boolean {
  const { unless } = sight.rule;
  if (!unless) return false;
  const { beforeSeconds, beforeUtterances, afterSeconds, afterUtterances, ...node } = unless;
  const anywhere = [beforeSeconds, beforeUtterances, afterSeconds, afterUtterances].every((one) => one === undefined);
  return matches(sight, node).some(({ reading: excuse }) => {
    const { said } = excuse;
    const from = hit.at?.reading;
    if (from && from.said === said) return false;
    if (anywhere) return true;
    const isBefore = from !== undefined && compare(said, from.said) < 0;
    const limits = isBefore ? [beforeSeconds, beforeUtterances] : [afterSeconds, afterUtterances];
    if (limits.every((one) => one === undefined)) return false;
    const waitedMs = isBefore
      ? (from?.said.startMs ?? 0) - excuse.endMs
      : said.startMs - (from?.endMs ?? sight.record.startedAtMs ?? 0);
    const heard = sight.said.filter((one) => rolesOf(sight.rule).includes(one.role));
    const steps = from ? Math.abs(places(sight, from.said, said)) : heard.indexOf(said) + 1;
    return waitedMs <= (limits[0] ?? Infinity) * 1000 && steps <= (limits[1] ?? Infinity);
  });
}

function asFinding(rule: PlainRule, hit: Hit): PlainFinding {
  const { dueMs, role, participantId } = hit;
  const once = hit.evidence.filter(
    (one, at) => hit.evidence.findIndex((other) => other.reading.said === one.reading.said) === at,
  );
  const readings = hit.evidence.map(({ reading }) => reading);
  const last = [...readings].sort((a, b) => a.receivedAtMs - b.receivedAtMs || compare(a.said, b.said)).at(-1);
  return {
    ruleId: rule.id,
    anchor: hit.anchor,
    evidence: once.map((one) => ({
      leg: one.reading.said.leg,
      segment: one.reading.said.segment,
      revision: one.reading.revision,
      spans: spansOf(hit.evidence, one),
    })),
    provisional: readings.some(({ said }) => !said.final),
    wordsAtMs: dueMs ?? last?.endMs ?? 0,
    ...(role === undefined ? {} : { role }),
    ...(participantId === undefined ? {} : { participantId }),
  };
}

/** An utterance stands once, with the spans of all its places that rest on the same revision. */
function spansOf(evidence: readonly Match[], first: Match) {
  const of = evidence.filter(
    ({ reading }) => reading.said === first.reading.said && reading.revision === first.reading.revision,
  );
  const spans = new Map(of.flatMap((one) => one.spans).map((span) => [`${span.start} ${span.end}`, span]));
  return [...spans.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
