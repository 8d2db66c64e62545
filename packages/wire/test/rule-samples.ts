import type { PublishedRuleSet, RuleFault, RuleSetCheck, RuleSetVersion, RulesInForce } from '@earshot/model';
import type { PublishRequest, RollBackRequest, RuleSetRefusal } from '../src/index.js';

const fault: RuleFault = {
  file: '诈骗.yaml',
  line: 3,
  column: 7,
  path: 'rules[0].severity',
  code: 'unknown',
  message: 'expected low, medium, high or critical',
};
const files = { 'a.yaml': 'rules: []\n', '诈骗.yaml': 'rules: 3\n' };

export const rulesInForce: RulesInForce = {
  ruleSet: { hash: 'abc', epoch: 7 },
  rules: [
    {
      id: 'fraud-transfer',
      title: { zh: '引导转账', en: 'Asked to transfer' },
      severity: 'critical',
      points: -2.5,
      tags: ['fraud'],
      roles: ['customer', 'third-party'],
      onPartial: true,
      source: 'practice',
      prompt: {
        what: { zh: '对方要求转账', en: 'They ask for a transfer' },
        say: [{ zh: '请不要转账', en: 'Please do not transfer' }],
        next: { zh: '核实', en: 'Verify' },
      },
    },
  ],
};
export const nothingInForce: RulesInForce = { rules: [] };
export const versions: RuleSetVersion[] = [
  { epoch: 9, hash: 'abc', by: 'key:crm', atMs: 1_700_000_000_000, action: 'rollback', why: '误报太多', inForce: true },
];
export const filesOfSet = { hash: 'abc', files };
export const check: RuleSetCheck = {
  rules: 12,
  faults: [fault],
  examples: [{ ruleId: 'fraud-transfer', kind: 'miss', index: 2 }],
};
export const publication: PublishRequest = { files, appliesToRunning: true, why: '新规要求', author: 'zhou' };
export const rollback: RollBackRequest = { to: 'abc', why: '误报太多', author: 'zhou' };
export const published: PublishedRuleSet = { hash: 'abc', epoch: 9, rules: 12, unchanged: true };
export const refusal: RuleSetRefusal = { faults: check.faults, examples: check.examples, notListed: 5 };
