import { checkExamples, compileRuleSet, ruleSetInfo } from '@earshot/rules';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { readRuleFiles } from './rule-files.js';
import { spell } from './rules-lint.js';

/** Judges every example of the rules; exit code 2 if one does not behave or the files have faults. */
export async function rulesTest(path: string, { json = false }: { json?: boolean }, context: CommandContext): Outcome {
  const { lang, out } = context;
  const compiled = compileRuleSet(readRuleFiles(path));
  if (!compiled.ok) {
    if (json) await out(JSON.stringify({ rules: 0, examples: 0, failed: 0, faults: compiled.faults }));
    else for (const fault of compiled.faults) await out(spell(fault));
    return 2;
  }
  const infos = ruleSetInfo(compiled.ruleSet);
  const examples = infos.reduce((sum, one) => sum + one.examples.hit.length + one.examples.miss.length, 0);
  const failures = checkExamples(compiled.ruleSet);
  const counts = { rules: infos.length, examples, failed: failures.length };
  if (json) await out(JSON.stringify({ ...counts, failures }));
  else {
    for (const { ruleId, kind, index } of failures) {
      await out(sentence(lang, kind === 'hit' ? 'example-hit' : 'example-miss', { rule: ruleId, index: index + 1 }));
    }
    await out(sentence(lang, 'examples-tried', counts));
  }
  return failures.length === 0 ? 0 : 2;
}
