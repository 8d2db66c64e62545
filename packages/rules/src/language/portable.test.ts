import { expect, test } from 'vitest';
import { compileRuleSet, fromPortable, judgeRecord, recordOf, toPortable } from '../index.js';

const RULES = `
rules:
  - id: crisis
    title: 扬言投诉
    severity: high
    roles: [customer]
    when: { then: { first: { phrases: [投诉, 骗子] }, next: { phrases: [12315] }, withinSeconds: 30 } }
    unless: { phrases: [开玩笑], afterSeconds: 10 }
    prompt: { what: 说了投诉, next: 致歉 }
`;

test('a rule set that has been on another thread judges as before, with the same hash', () => {
  const compiled = compileRuleSet({ 'a.yaml': RULES });
  if (!compiled.ok) throw new Error('does not compile');
  const moved = fromPortable(structuredClone(toPortable(compiled.ruleSet)));
  const record = recordOf([
    { role: 'customer', text: '你们是騙-子' },
    { role: 'customer', text: '我打１２３１５' },
  ]);
  const findings = judgeRecord(moved, record, { latenessMs: 0 });
  expect(findings).toHaveLength(1);
  expect(findings).toEqual(judgeRecord(compiled.ruleSet, record, { latenessMs: 0 }));
  expect([moved.hash, moved.ruleIds]).toEqual([compiled.ruleSet.hash, compiled.ruleSet.ruleIds]);
});
