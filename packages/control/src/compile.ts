import { checkExamples, compileRuleSet, type ExampleFailure, type RuleFault, type RuleSet } from '@earshot/rules';

/** YAML by file name, compiled and tried on its own examples. */
export type Compilation =
  | { ok: true; ruleSet: RuleSet; examples: ExampleFailure[] }
  | { ok: false; faults: RuleFault[] };

/** Never rejects for what stands in the files; rejects if the work itself could not be done. */
export type Compile = (files: Readonly<Record<string, string>>) => Promise<Compilation>;

/** On this thread: for tools and tests, where nobody waits meanwhile. */
export const compileHere: Compile = async (files) => {
  const compiled = compileRuleSet(files);
  return compiled.ok ? { ...compiled, examples: checkExamples(compiled.ruleSet) } : compiled;
};
