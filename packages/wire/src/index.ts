export * from './alert.js';
export * from './alert-fold.js';
export * from './case.js';
export * from './control.js';
export * from './dead-letter.js';
export * from './delivery.js';
export * from './event.js';
export * from './fact.js';
export * from './finding.js';
export * from './history.js';
export * from './ingest.js';
export * from './record.js';
export * from './record-state.js';
export { type PublishRequest, type RollBackRequest, RULE_SERVICE } from './rule-service.js';
export {
  decodeRuleSetRefusal,
  encodeRuleSetRefusal,
  RULE_SET_REFUSAL,
  type RuleSetRefusal,
} from './rule-set.js';
export * from './status.js';
export * from './topics.js';
