import type { ParticipantRole } from '@earshot/model';
import type { Condition, Limits, Rule } from '../language/program.js';
import { compareHeard, type Heard } from './heard.js';
import { itself, placeOf } from './order.js';
import { firstSpokenFor, type Spoken, spokenFor, type View } from './satisfy.js';

/** One verdict before it is written as a finding. */
export interface Hit {
  anchor: string;
  /** The utterance that `unless` counts from; absent for the start. */
  at?: Spoken;
  evidence: readonly Spoken[];
  /** What completed it if no words did: when the deadline passed, or history was known. */
  dueMs?: number;
  participantId?: string;
  role?: ParticipantRole;
}

export interface Outcome {
  holds: boolean;
  hits: readonly Hit[];
  /** The earliest time at which a deadline in here may be decided, lateness included. */
  pendingMs?: number;
}

const CONVERSATION = 'conversation';
const NONE: Outcome = { holds: false, hits: [] };

export function evaluate(view: View, rule: Rule, condition: Condition): Outcome {
  switch (condition.kind) {
    case 'hits':
      return outcome(spokenFor(view, rule, condition.slot).map((spoken) => hitAt(spoken, [spoken])));
    case 'then':
      return outcome(evaluateThen(view, rule, condition));
    case 'count':
      return outcome(evaluateCount(view, rule, condition));
    case 'missing':
      return evaluateMissing(view, rule, condition);
    case 'history':
      return evaluateHistory(view, condition);
    case 'once': {
      const inner =
        condition.part.kind === 'hits'
          ? evaluateFirst(view, rule, condition.part)
          : evaluate(view, rule, condition.part);
      return { ...outcome(inner.hits.length > 0 ? [onceOf(inner.hits)] : []), pendingMs: inner.pendingMs };
    }
    case 'not': {
      const inner = evaluate(view, rule, condition.part);
      return { holds: !inner.holds, hits: [], pendingMs: inner.pendingMs };
    }
    case 'or': {
      const parts = condition.parts.map((part) => evaluate(view, rule, part));
      const hits = new Map<string, Hit>();
      for (const part of parts) for (const hit of part.hits) if (!hits.has(hit.anchor)) hits.set(hit.anchor, hit);
      return { holds: parts.some((part) => part.holds), hits: [...hits.values()], pendingMs: soonest(parts) };
    }
    case 'and':
      return evaluateAnd(condition.parts.map((part) => evaluate(view, rule, part)));
  }
}

function evaluateFirst(view: View, rule: Rule, condition: Condition & { kind: 'hits' }): Outcome {
  const first = firstSpokenFor(view, rule, condition.slot);
  return outcome(first ? [hitAt(first, [first])] : []);
}

function evaluateAnd(parts: readonly Outcome[]): Outcome {
  const pendingMs = soonest(parts);
  if (!parts.every((part) => part.holds)) return { ...NONE, pendingMs };
  const carrier = parts.findIndex((part) => part.hits.length > 0);
  const behind = parts.flatMap((part, i) => (i > carrier && part.hits.length > 0 ? firstHit(part.hits).evidence : []));
  const hits = (parts[carrier]?.hits ?? []).map((hit) => ({ ...hit, evidence: [...hit.evidence, ...behind] }));
  return { holds: true, hits, pendingMs };
}

function evaluateThen(view: View, rule: Rule, condition: Condition & { kind: 'then' }): Hit[] {
  const nexts = spokenFor(view, rule, condition.next);
  const hits: Hit[] = [];
  let at = 0;
  for (const first of spokenFor(view, rule, condition.first)) {
    while (at < nexts.length && compareHeard((nexts[at] as Spoken).heard, first.heard) <= 0) at++;
    const next = nexts[at];
    if (!next) break;
    const waitedMs = next.heard.startMs - first.reading.endMs;
    if (waitedMs > (condition.withinMs ?? Infinity)) continue;
    if (condition.withinUtterances !== undefined) {
      if (placesBetween(view, rule, first.heard, next.heard) > condition.withinUtterances) continue;
    }
    hits.push(hitAt(first, [first, next]));
  }
  return hits;
}

function evaluateCount(view: View, rule: Rule, condition: Condition & { kind: 'count' }): Hit[] {
  const spoken = spokenFor(view, rule, condition.of);
  const hits: Hit[] = [];
  let runStart = 0;
  let done = false;
  spoken.forEach((current, i) => {
    const previous = spoken[i - 1];
    if (previous && !inWindow(view, rule, condition, previous.heard, current.heard)) {
      runStart = i;
      done = false;
    }
    const from = i - condition.atLeast + 1;
    if (done || from < runStart) return;
    if (!inWindow(view, rule, condition, (spoken[from] as Spoken).heard, current.heard)) return;
    done = true;
    hits.push(hitAt(spoken[runStart] as Spoken, spoken.slice(from, i + 1)));
  });
  return hits;
}

function evaluateMissing(view: View, rule: Rule, condition: Condition & { kind: 'missing' }): Outcome {
  const { facts } = view;
  const hits: Hit[] = [];
  let pendingMs: number | undefined;
  const decide = (dueMs: number, answer: Spoken | undefined, hit: Hit): void => {
    if (answer && answer.heard.startMs <= dueMs) return;
    const decidedMs = dueMs + facts.latenessMs;
    if (facts.endedAtMs !== undefined ? dueMs <= facts.endedAtMs : decidedMs <= facts.nowMs)
      hits.push({ ...hit, dueMs });
    else if (facts.endedAtMs === undefined) pendingMs = Math.min(pendingMs ?? decidedMs, decidedMs);
  };
  if (condition.after) {
    const answers = spokenFor(view, rule, condition.expect);
    let at = 0;
    for (const setter of spokenFor(view, rule, condition.after)) {
      while (at < answers.length && compareHeard((answers[at] as Spoken).heard, setter.heard) <= 0) at++;
      const anchor = `deadline:${setter.heard.anchor}`;
      decide(setter.reading.endMs + condition.withinMs, answers[at], {
        anchor,
        at: setter,
        evidence: [setter],
        role: condition.role,
      });
    }
  } else if (facts.startedAtMs !== undefined) {
    const hit = { anchor: `deadline:${CONVERSATION}`, evidence: [], role: condition.role };
    decide(facts.startedAtMs + condition.withinMs, firstSpokenFor(view, rule, condition.expect), hit);
  }
  return { ...outcome(hits), pendingMs };
}

/** Holds if any subject of this kind has enough; since when is that of the first to be known. */
function evaluateHistory({ facts }: View, { of, name, atLeast }: Condition & { kind: 'history' }): Outcome {
  let knownMs: number | undefined;
  for (const { subject, count, tags, knownMs: atMs } of facts.history?.values() ?? []) {
    if (subject.kind !== of || (of === 'topic' && subject.id !== name)) continue;
    const counted = of === 'agent' && name !== undefined ? tags.find(({ tag }) => tag === name)?.count : count;
    if ((counted ?? 0) >= atLeast) knownMs = Math.min(knownMs ?? atMs, atMs);
  }
  return outcome(knownMs === undefined ? [] : [{ anchor: CONVERSATION, evidence: [], dueMs: knownMs }]);
}

function hitAt(at: Spoken, evidence: readonly Spoken[]): Hit {
  return { anchor: at.heard.anchor, at, evidence, participantId: at.heard.participantId, role: at.heard.role };
}

function onceOf(hits: readonly Hit[]): Hit {
  const first = firstHit(hits);
  const spoken = first.evidence[0];
  return {
    anchor: CONVERSATION,
    at: spoken,
    evidence: first.evidence,
    dueMs: first.dueMs,
    role: spoken?.heard.role ?? first.role,
  };
}

function firstHit(hits: readonly Hit[]): Hit {
  return hits.reduce((first, hit) => (compareHits(hit, first) < 0 ? hit : first));
}

function compareHits(a: Hit, b: Hit): number {
  const first = a.evidence[0];
  const second = b.evidence[0];
  if (!first || !second) return first ? 1 : second ? -1 : 0;
  return compareHeard(first.heard, second.heard);
}

export function placesBetween(view: View, rule: Rule, earlier: Heard, later: Heard): number {
  const order = view.floor.order(rule.roles, rule.partial);
  return placeOf(order, later, itself) - placeOf(order, earlier, itself);
}

function inWindow(view: View, rule: Rule, limits: Limits, first: Heard, last: Heard): boolean {
  if (last.startMs - first.startMs > (limits.withinMs ?? Infinity)) return false;
  return limits.withinUtterances === undefined || placesBetween(view, rule, first, last) < limits.withinUtterances;
}

function outcome(hits: readonly Hit[]): Outcome {
  return { holds: hits.length > 0, hits };
}

function soonest(parts: readonly Outcome[]): number | undefined {
  const pending = parts.flatMap((part) => part.pendingMs ?? []);
  return pending.length > 0 ? Math.min(...pending) : undefined;
}
