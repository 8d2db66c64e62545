import type { BothLanguages, RulesInForce } from '@earshot/model';
import { type RuleInfo, ruleSetInfo } from '@earshot/rules';
import type { RuleOffice } from './rule-office.js';

/** The rules in force in the words of the model: every text in both languages. */
export function inForceOf({ ruleSet, epoch }: ReturnType<RuleOffice['inForce']>): RulesInForce {
  if (!ruleSet) return { rules: [] };
  const rules = ruleSetInfo(ruleSet).map(({ examples: _, on, title, prompt, tags, roles, ...rest }) => ({
    ...rest,
    title: bothOf(title),
    tags: [...tags],
    roles: [...roles],
    onPartial: on === 'partial',
    prompt: { what: bothOf(prompt.what), say: prompt.say.map(bothOf), next: bothOf(prompt.next) },
  }));
  return { ruleSet: { hash: ruleSet.hash, epoch: epoch ?? 0 }, rules };
}

/** A text in one language answers for the other as well. */
function bothOf(text: RuleInfo['title']): BothLanguages {
  if (typeof text === 'string') return { zh: text, en: text };
  const { zh, en } = text;
  return { zh: zh ?? en ?? '', en: en ?? zh ?? '' };
}
