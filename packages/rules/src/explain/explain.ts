import { type ConversationRecord, EarshotError } from '@earshot/model';
import type { ExplainNode, Explanation, JudgeOptions, RuleSet } from '../api.js';
import { evaluate } from '../judge/evaluate.js';
import { Floor } from '../judge/floor.js';
import { compareHeard, hear } from '../judge/heard.js';
import { judgeRecord } from '../judge/judge.js';
import { spokenFor } from '../judge/satisfy.js';
import { decide, restsBecause } from '../judge/verdict.js';
import type { Condition } from '../language/program.js';
import { CompiledRuleSet } from '../language/rule-set.js';
import { explainSlot, type Scene } from './nearest.js';
import { WORDS } from './words.js';

/** Why one rule stands in this record or does not. */
export function explain(
  ruleSet: RuleSet,
  record: ConversationRecord,
  options: JudgeOptions,
  ruleId: string,
): Explanation {
  const program = CompiledRuleSet.programOf(ruleSet);
  const rule = program.rules.find((one) => one.id === ruleId);
  if (!rule) throw new EarshotError('rule-unknown', 'there is no such rule in this rule set', { detail: { ruleId } });
  const floor = new Floor(program);
  for (const [anchor, said] of record.utterances) {
    const heard = hear(program.matcher, said, undefined, record.scores?.get(anchor));
    if (heard) floor.add(heard);
  }
  const view = { floor, facts: { ...record, latenessMs: options.latenessMs } };
  const scene: Scene = { program, view, rule, words: WORDS[options.language ?? 'zh'] };
  const findings = judgeRecord(ruleSet, record, options).filter((finding) => finding.ruleId === ruleId);
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
  const excused = evaluate(view, rule, rule.condition).hits.length - decide(view, rule).hits.length;
  const excuse = explainSlot(scene, rule.unless.slot);
  const reason = excused > 0 ? words.excused(excused) : words.notExcused;
  const node = { condition: words.unless, holds: excused > 0, reason, children: [excuse] };
  const holds = decide(view, rule).holds;
  return { condition: words.and, holds, reason: holds ? words.holds : reason, children: [tree, node] };
}

function explainCondition(scene: Scene, condition: Condition): ExplainNode {
  const { view, rule, words } = scene;
  if (condition.kind === 'hits') return explainSlot(scene, condition.slot);
  const { holds, hits } = evaluate(view, rule, condition);
  const found = hits[0] ? words.hits(hits.length, hits[0].anchor) : holds ? words.holds : undefined;
  switch (condition.kind) {
    case 'then': {
      const children = [explainSlot(scene, condition.first), explainSlot(scene, condition.next)];
      return { condition: words.then, holds, reason: found ?? whyNotThen(scene, condition), children };
    }
    case 'count': {
      const reason = found ?? words.most(spokenFor(view, rule, condition.of).length);
      return { condition: words.count(condition.atLeast), holds, reason, children: [explainSlot(scene, condition.of)] };
    }
    case 'missing': {
      const children = [condition.after, condition.expect].flatMap((slot) => (slot ? [explainSlot(scene, slot)] : []));
      const reason = hits[0]?.dueMs === undefined ? whyNotMissing(scene, condition) : words.missed(hits[0].dueMs);
      return { condition: words.missing(condition.withinMs / 1000), holds, reason, children };
    }
    case 'history': {
      const name = words.history[condition.of](condition.atLeast, condition.name);
      return {
        condition: name,
        holds,
        reason: holds ? words.holds : words.known(mostKnown(scene, condition)),
        children: [],
      };
    }
    case 'once':
    case 'not':
      return {
        condition: words[condition.kind],
        holds,
        reason: found ?? words.noHits,
        children: [explainCondition(scene, condition.part)],
      };
    case 'and':
    case 'or':
      return {
        condition: words[condition.kind],
        holds,
        reason: found ?? words.noHits,
        children: condition.parts.map((part) => explainCondition(scene, part)),
      };
  }
}

function mostKnown({ view }: Scene, { of, name }: Condition & { kind: 'history' }): number {
  const counts = [...(view.facts.history?.values() ?? [])]
    .filter(({ subject }) => subject.kind === of && (of !== 'topic' || subject.id === name))
    .map(({ count, tags }) => (of === 'agent' && name ? (tags.find(({ tag }) => tag === name)?.count ?? 0) : count));
  return Math.max(0, ...counts);
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
