import { describe, expect, test } from 'vitest';
import { compileRuleSet, ruleLanguageJsonSchema } from '../index.js';

const rule = (id: string, rest = 'when: { phrases: [甲] }') =>
  `  - id: ${id}\n    title: t\n    severity: low\n    prompt: { what: w, next: n }\n    ${rest}\n`;

function faultsOf(text: string) {
  const compiled = compileRuleSet({ 'a.yaml': text });
  return compiled.ok ? [] : compiled.faults.map(({ line, column, path, code }) => `${line}:${column} ${path} ${code}`);
}

describe('a mistake is named with the place where it stands', () => {
  test.each([
    ['an unknown key', rule('a', 'when: { phrases: [甲], role: [agent] }'), '6:27 rules[0].when.role unknown-key'],
    ['an unknown key of a rule', rule('a', 'wenn: x\n    when: { phrases: [甲] }'), '6:5 rules[0].wenn unknown-key'],
    ['a duplicate id', rule('a') + rule('a'), '7:5 rules[1].id duplicate-id'],
    ['an id that is not kebab-case', rule('Bad_Id'), '2:5 rules[0].id invalid-format'],
    [
      'a role the rule does not hear',
      rule('a', 'when: { phrases: [甲], roles: [bot] }'),
      '6:27 rules[0].when.roles role-not-heard',
    ],
    ['an empty list', rule('a', 'when: { phrases: { any: [] } }'), '6:24 rules[0].when.phrases.any too-small'],
    ['a phrase of nothing', rule('a', 'when: { phrases: [甲, "--"] }'), '6:26 rules[0].when.phrases[1] empty-phrase'],
    [
      'a phrase over a sentence end',
      rule('a', 'when: { phrases: ["甲。乙"] }'),
      '6:23 rules[0].when.phrases[0] empty-phrase',
    ],
    [
      'more than three sentences',
      rule('a').replace('next: n', 'next: n, say: [a, b, c, d]'),
      '5:33 rules[0].prompt.say too-big',
    ],
    ['not a number', rule('a', 'points: .nan\n    when: { phrases: [甲] }'), '6:5 rules[0].points invalid-type'],
    ['infinity', rule('a', 'points: .inf\n    when: { phrases: [甲] }'), '6:5 rules[0].points invalid-type'],
    [
      'a not that stands alone',
      rule('a', 'when: { not: { once: { phrases: [甲] } } }'),
      '6:5 rules[0].when gives-no-hits',
    ],
    [
      'a conversation condition where an utterance is meant',
      rule('a', 'when: { count: { of: { once: { phrases: [甲] } }, atLeast: 2 } }'),
      '6:22 rules[0].when.count.of utterance-condition-expected',
    ],
    [
      'a window that is empty',
      rule('a', 'when: { phrases: [甲], scope: { fromSeconds: 9, toSeconds: 3 } }'),
      '6:27 rules[0].when.scope empty-window',
    ],
    ['a key twice', rule('a', 'title: again\n    when: { phrases: [甲] }'), '6:5  duplicate-key'],
    [
      'a key that reaches for the prototype',
      rule('a', '__proto__: { x: 1 }\n    when: { phrases: [甲] }'),
      '6:5  forbidden-key',
    ],
    ['no rules at all', 'rule: []', '1:1 rules invalid-type'],
  ])('%s', (_, text, expected) => {
    expect(faultsOf(text.startsWith('rule:') ? text : `rules:\n${text}`)).toContain(expected);
  });
});

describe('a file made to do harm is refused, not suffered', () => {
  const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
  test.each([
    ['brackets without end', deep('[', ']', 200_000)],
    ['lists in lists without end', '- '.repeat(200_000)],
    ['nested keys', `rules: ${deep('{ and: [', '] }', 2000)}`],
    [
      'conditions too deep',
      `rules:\n${rule('a', `when: ${deep('{ not: ', '}', 20).replace('{ not: }', '{ not: { phrases: [甲] } }')}`)}`,
    ],
    [
      'an alias bomb',
      `rules: []\na: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]`,
    ],
    ['an alias of itself', 'rules: &a [*a]'],
    ['broken YAML', 'rules: [{ id: a, '],
    ['a binary', '\u0000\u0001\ud800'],
    ['too much', `rules: # ${'x'.repeat(2_000_001)}`],
  ])('%s', (_, text) => {
    const compiled = compileRuleSet({ 'a.yaml': text });
    expect(compiled.ok).toBe(false);
    if (!compiled.ok) expect(compiled.faults[0]).toMatchObject({ file: 'a.yaml', code: expect.any(String) });
  });

  test('more than 10,000 rules', () => {
    const text = JSON.stringify({
      rules: Array.from({ length: 5001 }, (_, i) => ({
        id: `r${i}`,
        title: 't',
        severity: 'low',
        prompt: { what: 'w', next: 'n' },
        when: { phrases: ['a'] },
      })),
    });
    const compiled = compileRuleSet({
      'a.yaml': text,
      'b.yaml': text.replaceAll('"r', '"s').replaceAll('"sules"', '"rules"'),
    });
    expect(compiled.ok ? [] : compiled.faults.map(({ code }) => code)).toEqual(['too-many-rules']);
  }, 60_000);
});

describe('the hash', () => {
  const hash = (files: Record<string, string>) => {
    const compiled = compileRuleSet(files);
    return compiled.ok ? compiled.ruleSet.hash : JSON.stringify(compiled.faults);
  };

  test('is the same for two spellings of one set', () => {
    const two = hash({ 'a.yaml': `rules:\n${rule('a')}${rule('b')}` });
    expect(
      hash({
        'x.yaml': `rules:\n${rule('b')}`,
        'y.yaml': `# c\nrules:\n${rule('a', 'points: 0\n    when: { phrases: ["甲"] }')}`,
      }),
    ).toBe(two);
    expect(hash({ 'a.yaml': `rules:\n${rule('a')}${rule('b', 'when: { phrases: [乙] }')}` })).not.toBe(two);
  });
});

test('a number among phrases is taken as it is written', () => {
  const compiled = compileRuleSet({ 'a.yaml': `rules:\n${rule('a', 'when: { phrases: [012, 1_2, true] }')}` });
  expect(compiled).toMatchObject({ ok: true });
});

test('editors get a schema of the language', () => {
  expect(JSON.stringify(ruleLanguageJsonSchema())).toContain('withinUtterances');
});
