export * from './api.js';
export { checkExamples, type ExampleFailure } from './examples/check.js';
export { type RecordOptions, recordOf, type Turn } from './examples/record.js';
export { explain } from './explain/explain.js';
export { createErasJudge } from './judge/eras.js';
export { createJudge, judgeRecord } from './judge/judge.js';
export { compileRuleSet, fromPortable, type PortableRuleSet, toPortable } from './language/compile.js';
export { restsOnHistory, ruleSetInfo } from './language/rule-set.js';
export { ruleLanguageJsonSchema } from './language/schema.js';
