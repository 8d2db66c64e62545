import { checkExamples, compileRuleSet, type RuleFault } from '@earshot/rules';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';
import { readRuleFiles } from './rule-files.js';

/** Exit code 2 with `file:line:column` of every fault, or with every example that does not behave. */
export async function rulesLint(path: string, { json = false }: { json?: boolean }, context: CommandContext): Outcome {
  const { lang, out, err } = context;
  const files = readRuleFiles(path);
  const count = Object.keys(files).length;
  const compiled = compileRuleSet(files);
  if (!compiled.ok) {
    if (json) await out(JSON.stringify({ ok: false, faults: compiled.faults, examples: [] }));
    else for (const fault of compiled.faults) await out(spell(fault));
    if (!json) err(sentence(lang, 'faults-found', { count: compiled.faults.length, files: count }));
    return 2;
  }
  const { ruleIds, hash } = compiled.ruleSet;
  const examples = checkExamples(compiled.ruleSet);
  if (json) await out(JSON.stringify({ ok: examples.length === 0, rules: ruleIds.length, hash, faults: [], examples }));
  else {
    for (const { ruleId, kind, index } of examples) {
      await out(sentence(lang, kind === 'hit' ? 'example-hit' : 'example-miss', { rule: ruleId, index: index + 1 }));
    }
    if (examples.length === 0) await out(sentence(lang, 'rules-fine', { rules: ruleIds.length, files: count, hash }));
  }
  return examples.length === 0 ? 0 : 2;
}

export function spell({ file, line, column, code, message, path }: RuleFault): string {
  return `${file}:${line}:${column} ${code}: ${message}${path ? ` (${path})` : ''}`;
}
