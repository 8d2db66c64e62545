import { type ConversationRecord, EarshotError, utteranceAnchor } from '@earshot/model';
import type { ExplainNode, Explanation, JudgeOptions, RuleSet } from '../api.js';
import { evaluate, type Hit } from '../judge/evaluate.js';
import { Floor } from '../judge/floor.js';
import { compareHeard, hear } from '../judge/heard.js';
import { judgeRecord } from '../judge/judge.js';
import { spokenFor } from '../judge/satisfy.js';
import { decide, restsBecause } from '../judge/verdict.js';
import type { Condition } from '../language/program.js';
import { CompiledRuleSet } from '../language/rule-set.js';
import { explainSlot, type Scene } from './nearest.js';
import { WORDS } from './words.js';

/** Why one rule stands in this record or does not; of its findings above all why the one at this anchor does. */
export function explain(
  ruleSet: RuleSet,
  record: ConversationRecord,
  options: JudgeOptions,
  ruleId: string,
  anchor?: string,
): Explanation {
  const program = CompiledRuleSet.programOf(ruleSet);
  const rule = program.rules.find((one) => one.id === ruleId);
  if (!rule) throw new EarshotError('rule-unknown', 'there is no such rule in this rule set', { detail: { ruleId } });
  const floor = new Floor(program);
  for (const [anchor, said] of record.utterances) {
    const heard = hear(program.matcher, anchor, said, undefined, record.scores?.get(anchor));
    if (heard) floor.add(heard);
  }
  // By name: the record of a later era is a view over another, and has little of its own.
  const { nowMs, startedAtMs, endedAtMs, history } = record;
  const view = { floor, facts: { nowMs, startedAtMs, endedAtMs, history, latenessMs: options.latenessMs } };
  const findings = judgeRecord(ruleSet, record, options).filter((finding) => finding.ruleId === ruleId);
  const asked = findings.find((finding) => finding.anchor === anchor);
  const about = new Set(asked?.evidence.map(({ leg, segment }) => utteranceAnchor(leg, segment)));
  const scene: Scene = { program, view, rule, words: WORDS[options.language ?? 'zh'], about, anchor };
  const stands = findings.length > 0;
  const tree = explainCondition(scene, rule.condition);
  const rests = restsBecause(rule, record);
  if (rests)
    return { ruleId, stands, findings, tree: { ...tree, holds: false, reason: scene.words.rests[rests] ?? rests } };
  return { ruleId, stands, findings, tree: withExcuse(scene, tree) };
}

function withExcuse(scene: Scene, tree: ExplainNode): ExplainNode {
  const { view, rule, words } = scene;
  if (!rule.unless) return tree;
  const { holds, hits } = decide(view, rule);
  const joined = tree.condition === words.and;
  const excused = evaluate(view, rule, rule.condition).hits.length - hits.length;
  const excuse = explainSlot(scene, rule.unless.slot);
  const reason = excused > 0 ? words.excused(excused) : words.notExcused;
  const stands = excused === 0 || hits.some((hit) => hit.anchor === scene.anchor);
  const node = { condition: words.unless(words.limits(rule.unless)), holds: stands, reason, children: [excuse] };
  const own = joined ? tree.reason : '';
  const children = [...(joined ? tree.children : [tree]), node];
  return { condition: words.and, holds, reason: holds || stands ? own : reason, children };
}

function explainCondition(scene: Scene, condition: Condition): ExplainNode {
  const { view, rule, words } = scene;
  if (condition.kind === 'hits') return explainSlot(scene, condition.slot);
  const { holds, hits } = evaluate(view, rule, condition);
  const hit = hits.find((one) => one.anchor === scene.anchor) ?? hits[0];
  const found = hit ? words.hits(hits.length, hit.anchor) + apart(scene, hit) : undefined;
  switch (condition.kind) {
    case 'then': {
      const children = [explainSlot(scene, condition.first), explainSlot(scene, condition.next)];
      return {
        condition: words.then(words.limits(condition)),
        holds,
        reason: found ?? whyNotThen(scene, condition),
        children,
      };
    }
    case 'count': {
      const reason = found ?? words.most(spokenFor(view, rule, condition.of).length);
      return {
        condition: words.count(condition.atLeast, words.limits(condition)),
        holds,
        reason,
        children: [explainSlot(scene, condition.of)],
      };
    }
    case 'missing': {
      const children = [condition.after, condition.expect].flatMap((slot) => (slot ? [explainSlot(scene, slot)] : []));
      const reason = hit?.dueMs === undefined ? whyNotMissing(scene, condition) : words.missed(hit.dueMs);
      return { condition: words.missing(condition.withinMs / 1000), holds, reason, children };
    }
    case 'history': {
      const name = words.history[condition.of](condition.atLeast, condition.name);
      return { condition: name, holds, reason: words.known(mostKnown(scene, condition)), children: [] };
    }
    // Whether they hold is a matter of their parts, which say why.
    case 'once':
    case 'not':
      return {
        condition: words[condition.kind],
        holds,
        reason: '',
        children: [explainCondition(scene, condition.part)],
      };
    case 'and':
    case 'or': {
      const children = condition.parts.map((part) => explainCondition(scene, part));
      return { condition: words[condition.kind], holds, reason: '', children };
    }
  }
}

function mostKnown({ view }: Scene, { of, name }: Condition & { kind: 'history' }): number {
  const counts = [...(view.facts.history?.values() ?? [])]
    .filter(({ subject }) => subject.kind === of && (of !== 'topic' || subject.id === name))
    .map(({ count, tags }) => (of === 'agent' && name ? (tags.find(({ tag }) => tag === name)?.count ?? 0) : count));
  return Math.max(0, ...counts);
}

/** How far the words of a hit lie from one another. */
function apart({ words }: Scene, { evidence }: Hit): string {
  const [first, last] = [evidence[0], evidence.at(-1)];
  if (!first || !last || first === last) return '';
  return words.apart(Math.round((last.heard.startMs - first.heard.startMs) / 100) / 10);
}

function whyNotThen({ view, rule, words }: Scene, condition: Condition & { kind: 'then' }): string {
  const firsts = spokenFor(view, rule, condition.first);
  const nexts = spokenFor(view, rule, condition.next);
  const last = firsts.at(-1);
  if (!last) return words.noFirst;
  let nearest: { anchor: string; waitedMs: number } | undefined;
  for (const first of firsts) {
    const next = nexts.find((one) => compareHeard(one.heard, first.heard) > 0);
    const waitedMs = next && next.heard.startMs - first.reading.endMs;
    if (next && waitedMs !== undefined && waitedMs < (nearest?.waitedMs ?? Infinity))
      nearest = { anchor: next.heard.anchor, waitedMs };
  }
  return nearest
    ? words.tooLate(nearest.anchor, Math.round(nearest.waitedMs / 100) / 10)
    : words.noNext(last.heard.anchor);
}

function whyNotMissing({ view, rule, words }: Scene, condition: Condition & { kind: 'missing' }): string {
  const { facts } = view;
  const setter = condition.after && spokenFor(view, rule, condition.after).at(-1);
  if (condition.after && !setter) return words.notAsked;
  const fromMs = setter ? setter.reading.endMs : (facts.startedAtMs ?? 0);
  const dueMs = fromMs + condition.withinMs;
  const answer = spokenFor(view, rule, condition.expect).find(
    (one) => one.heard.startMs <= dueMs && (!setter || compareHeard(one.heard, setter.heard) > 0),
  );
  return answer ? words.answered(answer.heard.anchor) : words.pending(dueMs);
}
