import { expect, test } from 'vitest';
import { recordOf, type Turn } from '../examples/record.js';
import { compileRuleSet, explain } from '../index.js';

function why(rule: string, turns: Turn[], open = false) {
  const text = `rules:\n  - { id: r, title: t, severity: low, prompt: { what: w, next: n }, ${rule} }`;
  const compiled = compileRuleSet({ 'a.yaml': text });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return explain(compiled.ruleSet, recordOf(turns, { open }), { latenessMs: 0, language: 'en' }, 'r');
}

const customer = (text: string, atMs?: number): Turn => ({ role: 'customer', text, atMs });
const agent = (text: string, atMs?: number): Turn => ({ role: 'agent', text, atMs });

test.each([
  ['where it stands', 'when: { phrases: [甲] }', [customer('甲')], 'found in 1 utterances, first u:customer:0'],
  [
    'that another said it',
    'when: { phrases: [甲], roles: [agent] }',
    [customer('甲')],
    'said by customer, whom this condition does not hear: u:customer:0',
  ],
  [
    'that it was said elsewhere',
    'when: { phrases: [甲], scope: { first: 1 } }',
    [customer('嗯'), customer('甲')],
    'said, but outside the scope: u:customer:1',
  ],
  [
    'what ruled it out',
    'when: { phrases: { any: [甲], none: [乙] } }',
    [customer('甲乙')],
    'excluded by "乙": u:customer:0',
  ],
  [
    'what came nearest',
    'when: { phrases: { all: [甲, 乙] } }',
    [customer('甲')],
    'the nearest has only 甲: u:customer:0',
  ],
  ['that nothing came near', 'when: { phrases: [甲] }', [customer('嗯'), agent('嗯')], 'not found in 2 utterances'],
  [
    'how late the second was',
    'when: { then: { first: { phrases: [甲] }, next: { phrases: [乙] }, withinSeconds: 1 } }',
    [customer('甲', 0), agent('乙', 9000)],
    'the nearest is u:agent:0, 8.4 s later: beyond the limit',
  ],
  [
    'the answer that was given',
    'when: { missing: { expect: { phrases: [乙] }, withinSeconds: 5 } }',
    [agent('乙', 0)],
    'answered: u:agent:0',
  ],
  ['why it rests', 'only: { channels: [chat] }, when: { phrases: [甲] }', [customer('甲')], 'not for this channel'],
])('says %s', (_, rule, turns, reason) => {
  expect(why(rule, turns as Turn[]).tree.reason).toBe(reason);
});

test('says that an excuse took it back, with the findings that stand', () => {
  const explained = why('when: { phrases: [甲] }, unless: { phrases: [乙] }', [customer('甲'), agent('乙')]);
  expect(explained).toMatchObject({
    stands: false,
    findings: [],
    tree: { holds: false, reason: '1 taken back because of the excuse' },
  });
});
