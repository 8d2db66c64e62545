import { compileRuleSet } from '@earshot/rules';
import { expect, test } from 'vitest';
import { loadStarterRulebook, measureCorpus } from './index.js';

test('counts alerts from medium, interruptions from high, and conversations once for each rule', () => {
  const compiled = compileRuleSet(loadStarterRulebook());
  if (!compiled.ok) throw new Error('does not compile');
  const chat = (id: string, ...texts: string[]) => ({
    id,
    channel: 'chat' as const,
    turns: texts.map((text) => ({ role: 'customer' as const, text })),
  });
  const corpus = [
    chat('quiet', '你好', '投诉电话是多少'),
    chat('angry', '我要投诉你们', '我打12315', '现在就打12315'),
    chat('low', '我的密码是生日'),
  ];
  expect(measureCorpus(corpus, compiled.ruleSet)).toEqual({
    conversations: 3,
    turns: 6,
    alerts: 3,
    interruptions: 2,
    alertsPerThousandTurns: 500,
    interruptionsPerThousandTurns: 2000 / 6,
    byRule: {
      'crisis-complain-to-the-end': { findings: 1, conversations: 1 },
      'crisis-regulator': { findings: 2, conversations: 1 },
      'secrets-customer-tells': { findings: 1, conversations: 1 },
    },
    alertedConversations: ['angry'],
    interruptedConversations: ['angry'],
  });
});
