import { describe, expect, test } from 'vitest';
import { compareRules, writtenRules } from './compare.js';
import { diffLines } from './diff-lines.js';

const rule = (id: string, phrases: string, more = '') => `  - id: ${id}
    title: { zh: 规则${id}, en: Rule ${id} }
    severity: high
    when:
      phrases: [${phrases}]
    prompt: { what: w, next: n }
${more}`;
const fileOf = (...rules: string[]) => `rules:\n${rules.join('')}`;

describe('two versions of a rule set', () => {
  const before = { 'a.yaml': fileOf(rule('stays', '甲'), rule('changes', '乙'), rule('goes', '丙')) };

  test('differ in what is written: added, changed with its keys and lines, removed', () => {
    const after = {
      'a.yaml': fileOf(rule('stays', '甲'), rule('changes', '乙, 丁', '    points: -5\n')),
      'b.yaml': fileOf(rule('comes', '戊')),
    };
    const changes = compareRules(before, after);
    expect(changes.map(({ kind, rule: { id, file }, fields }) => [kind, id, file, fields])).toEqual([
      ['added', 'comes', 'b.yaml', []],
      ['changed', 'changes', 'a.yaml', ['when', 'points']],
      ['removed', 'goes', 'a.yaml', []],
    ]);
    expect(changes[1]?.lines).toEqual([
      { kind: 'skipped', text: '' },
      { kind: 'same', text: 'severity: high' },
      { kind: 'same', text: 'when:' },
      { kind: 'gone', text: '  phrases: [乙]' },
      { kind: 'new', text: '  phrases: [乙, 丁]' },
      { kind: 'same', text: 'prompt: { what: w, next: n }' },
      { kind: 'new', text: 'points: -5' },
    ]);
  });

  test('do not differ for another spelling, another order, another file', () => {
    const spelled = `rules:
    - { severity: high, id: changes, title: { en: Rule changes, zh: "规则changes" },
        prompt: { what: 'w', next: n }, when: { phrases: [乙] } }
`;
    const after = { 'c.yaml': spelled, 'a.yaml': fileOf(rule('goes', '丙'), rule('stays', '甲')) };
    expect(compareRules(before, after)).toEqual([]);
  });

  test('differ where a rule uses an anchor whose content changed', () => {
    const shared = (word: string) => ({
      'a.yaml': `rules:
  - { id: one, title: t, severity: low, when: { phrases: &words [${word}] }, prompt: { what: w, next: n } }
  - { id: two, title: t, severity: low, when: { phrases: *words }, prompt: { what: w, next: n } }
`,
    });
    expect(compareRules(shared('甲'), shared('乙')).map((change) => change.rule.id)).toEqual(['one', 'two']);
  });
});

test('a rule is shown as it was written, at the left edge', () => {
  const [written] = writtenRules({ 'a.yaml': fileOf(rule('one', '甲')) }).values();
  expect(written?.text.split('\n')).toEqual([
    'id: one',
    'title: { zh: 规则one, en: Rule one }',
    'severity: high',
    'when:',
    '  phrases: [甲]',
    'prompt: { what: w, next: n }',
  ]);
});

test('long stretches that stayed are passed over, and equal texts have no difference', () => {
  const many = Array.from({ length: 30 }, (_, n) => `line ${n}`);
  const now = [...many.slice(0, 15), 'new', ...many.slice(15)];
  expect(diffLines(many.join('\n'), now.join('\n')).map((line) => line.kind)).toEqual([
    'skipped',
    'same',
    'same',
    'new',
    'same',
    'same',
    'skipped',
  ]);
  expect(diffLines('a\nb', 'a\nb')).toEqual([{ kind: 'skipped', text: '' }]);
});
