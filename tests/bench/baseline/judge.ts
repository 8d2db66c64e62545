import type { Hit, PlainRule, Said, Says } from '../lib/plain.js';

/** Whether an utterance says it; `text` is normalised. */
export type Listens = (role: Said['role'], text: string) => boolean;

export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]+/g, '');
}

/** One expression for all phrases of a list, compiled once. */
export function compileSays({ role, any, none }: Says): Listens {
  const anyOf = expression(any);
  const noneOf = none && expression(none);
  return (speaker, text) => speaker === role && anyOf.test(text) && !noneOf?.test(text);
}

function expression(phrases: readonly string[]): RegExp {
  return new RegExp(phrases.map((one) => normalise(one).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));
}

export interface CompiledRule {
  rule: PlainRule;
  says: Listens;
  then?: Listens;
}

export function compileRules(rules: readonly PlainRule[]): CompiledRule[] {
  return rules.map((rule) => ({ rule, says: compileSays(rule.says), then: rule.then && compileSays(rule.then.says) }));
}

interface Waiting {
  firsts: { anchor: string; endMs: number }[];
  recentMs: number[];
  runAnchor: string;
  fired: boolean;
}

/** Follows one conversation, in order. */
export class ConversationJudge {
  private readonly waiting = new Map<string, Waiting>();

  hear(rules: readonly CompiledRule[], said: Said): Hit[] {
    const text = normalise(said.text);
    const hits: Hit[] = [];
    for (const { rule, says, then } of rules) {
      if (then?.(said.role, text)) this.answer(rule, said, hits);
      if (says(said.role, text)) this.said(rule, said, hits);
    }
    return hits;
  }

  said({ id, then, count }: PlainRule, { anchor, startMs, endMs }: Said, hits: Hit[]): void {
    if (then) this.of(id).firsts.push({ anchor, endMs });
    else if (!count) hits.push({ rule: id, anchor });
    else {
      const run = this.of(id);
      const lastMs = run.recentMs.at(-1);
      if (lastMs === undefined || startMs - lastMs > count.withinMs)
        Object.assign(run, { recentMs: [], runAnchor: anchor, fired: false });
      run.recentMs = [...run.recentMs, startMs].slice(-count.atLeast);
      const oldestMs = run.recentMs[0] ?? startMs;
      if (run.fired || run.recentMs.length < count.atLeast || startMs - oldestMs > count.withinMs) return;
      run.fired = true;
      hits.push({ rule: id, anchor: run.runAnchor });
    }
  }

  answer({ id, then }: PlainRule, { startMs }: Said, hits: Hit[]): void {
    const waiting = this.waiting.get(id);
    for (const { anchor, endMs } of waiting?.firsts ?? [])
      if (startMs - endMs <= (then?.withinMs ?? 0)) hits.push({ rule: id, anchor });
    if (waiting) waiting.firsts = [];
  }

  private of(rule: string): Waiting {
    const known = this.waiting.get(rule) ?? { firsts: [], recentMs: [], runAnchor: '', fired: false };
    this.waiting.set(rule, known);
    return known;
  }
}
