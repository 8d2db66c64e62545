import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EarshotError } from '@earshot/model';
import { checkExamples, compileRuleSet, type RuleFault } from '@earshot/rules';
import { cannotRead } from '../failure.js';
import { sentence } from '../words/words.js';
import type { CommandContext, Outcome } from './context.js';

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

function spell({ file, line, column, code, message, path }: RuleFault): string {
  return `${file}:${line}:${column} ${code}: ${message}${path ? ` (${path})` : ''}`;
}

/** A file, or every *.yaml below a folder, by the name it is reported under. */
function readRuleFiles(path: string): Record<string, string> {
  try {
    if (!statSync(path).isDirectory()) return { [basename(path)]: readFileSync(path, 'utf8') };
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
    if (names.length === 0) throw new EarshotError('no-rule-files', path, { detail: { exitCode: 2, place: path } });
    return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(path, name), 'utf8')]));
  } catch (error) {
    throw cannotRead(path, error);
  }
}
