import type { Finding } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { recordOf, type Turn } from '../examples/record.js';
import { compileRuleSet, createJudge, judgeRecord, type RuleSet } from '../index.js';

export function ruleSet(body: string): RuleSet {
  const result = compileRuleSet({ 'a.yaml': `rules:\n${body}` });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.ruleSet;
}

export function rule(id: string, body: string): string {
  return `  - { id: ${id}, title: t, severity: high, prompt: { what: w, next: n }, ${body} }\n`;
}

const c = (text: string, atMs?: number): Turn => ({ role: 'customer', text, atMs });

describe('a phrase rule', () => {
  test('stands at the utterance that says it, with the place of the words', () => {
    const set = ruleSet(rule('regulator', 'roles: [customer], when: { phrases: [12315, 投诉] }'));
    const found = judgeRecord(set, recordOf([c('你好'), c('我要打 12315 投诉')]), { latenessMs: 0 });
    expect(found.map((finding: Finding) => finding.anchor)).toEqual(['u:customer:1']);
    expect(found[0]?.evidence[0]?.spans).toEqual([
      { start: 4, end: 9 },
      { start: 10, end: 12 },
    ]);
  });

  test('follows a live conversation, and returns the same list while nothing changed', () => {
    const set = ruleSet(rule('a', 'when: { phrases: [投诉] }'));
    const full = recordOf([c('你好'), c('我要投诉')]);
    const record = { ...full, utterances: new Map() };
    const judge = createJudge(set, record, { latenessMs: 0 });
    expect(judge.findings()).toEqual([]);
    for (const [anchor, said] of full.utterances) {
      record.utterances.set(anchor, said);
      judge.utteranceChanged(anchor);
    }
    const first = judge.findings();
    expect(first).toHaveLength(1);
    judge.utteranceChanged('u:customer:1');
    expect(judge.findings()).toBe(first);
  });
});
