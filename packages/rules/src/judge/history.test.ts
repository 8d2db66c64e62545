import type { HistoryCount, HistorySubject } from '@earshot/model';
import { subjectName } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { checkExamples, compileRuleSet, createJudge, type RuleSet, recordOf, restsOnHistory } from '../index.js';

const OPTIONS = { latenessMs: 0 };

function compiled(...rules: object[]) {
  const told = { title: 't', severity: 'high', prompt: { what: 'w', next: 'n' } };
  return compileRuleSet({ 'a.yaml': JSON.stringify({ rules: rules.map((rule) => ({ ...told, ...rule })) }) });
}

function setOf(...rules: object[]): RuleSet {
  const made = compiled(...rules);
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  return made.ruleSet;
}

function known(subject: HistorySubject, count: number, knownMs: number): [string, HistoryCount] {
  return [subjectName(subject), { subject, cause: knownMs, knownMs, count, tags: [], earlier: [] }];
}

describe('a rule on history', () => {
  test('stands once history says so, is taken back when it says otherwise, and needs no words', () => {
    const rules = setOf({ id: 'again', when: { history: { contacts: { atLeast: 3 } } } });
    const record = recordOf([{ role: 'customer', text: '你好' }], { open: true });
    const judge = createJudge(rules, record, OPTIONS);
    expect(judge.findings()).toEqual([]);
    for (const [count, stands] of [
      [2, 0],
      [3, 1],
      [4, 1],
      [2, 0],
    ] as const) {
      record.history = new Map([known({ kind: 'customer', id: 'k' }, count, 7_000)]);
      judge.conversationChanged();
      expect(judge.findings()).toHaveLength(stands);
      expect(createJudge(rules, record, OPTIONS).findings()).toEqual(judge.findings());
    }
  });

  test('is anchored at the conversation, with the time at which history was known', () => {
    const record = recordOf([], { history: { contacts: 5 }, startedAtMs: 9_000 });
    const rules = setOf({ id: 'again', when: { history: { contacts: { atLeast: 3 } } } });
    expect(createJudge(rules, record, OPTIONS).findings()).toMatchObject([
      { anchor: 'conversation', wordsAtMs: 9_000, evidence: [] },
    ]);
  });

  test('counts an agent by tag, and a topic by its own name', () => {
    const rules = setOf(
      { id: 'shirks', when: { history: { agentFindings: { tag: 'shirking', atLeast: 4 } } } },
      { id: 'any', when: { history: { agentFindings: { atLeast: 6 } } } },
      { id: 'outage', when: { history: { topicConversations: { topic: 'outage', atLeast: 20 } } } },
    );
    const found = (history: NonNullable<Parameters<typeof recordOf>[1]>['history']) =>
      createJudge(rules, recordOf([], { history }), OPTIONS)
        .findings()
        .map(({ ruleId }) => ruleId)
        .sort();
    expect(found({ agentFindings: { shirking: 3, rude: 2 } })).toEqual([]);
    expect(found({ agentFindings: { shirking: 4, rude: 2 } })).toEqual(['any', 'shirks']);
    expect(found({ topicConversations: { other: 30 } })).toEqual([]);
    expect(found({ topicConversations: { outage: 20 } })).toEqual(['outage']);
  });

  test('joins words: these words from somebody who called before', () => {
    const when = { and: [{ phrases: ['还没解决'] }, { history: { contacts: { atLeast: 2 } } }] };
    const examples = {
      hit: [{ turns: [{ role: 'customer', text: '还没解决' }], history: { contacts: 2 } }],
      miss: ['还没解决', { turns: [{ role: 'customer', text: '好的' }], history: { contacts: 2 } }],
    };
    expect(checkExamples(setOf({ id: 'unsolved', when, examples }))).toEqual([]);
  });

  test('may not count itself', () => {
    const made = compiled({ id: 'a', topic: 'a', when: { history: { contacts: { atLeast: 2 } } } });
    expect(made).toMatchObject({ ok: false, faults: [{ code: 'counts-itself', path: 'rules[0].topic' }] });
    const rules = setOf(
      { id: 'a', when: { phrases: ['x'] }, topic: 'a' },
      { id: 'b', when: { history: { contacts: { atLeast: 2 } } } },
    );
    expect(['a', 'b'].map((id) => restsOnHistory(rules, id))).toEqual([false, true]);
  });
});
