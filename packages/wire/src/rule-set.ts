import type {
  BothLanguages,
  ExampleFailure,
  RuleFault,
  RuleInForce,
  RuleSetVersion,
  RulesInForce,
} from '@earshot/model';
import { defined, fromBytes, required, toBytes } from './codec.js';
import type * as service from './gen/earshot/v1/rule_service.js';
import * as pb from './gen/earshot/v1/rule_set.js';
import { exampleKinds, publicationActions, roles, severities } from './words.js';

/** Why a set was not put into force. */
export interface RuleSetRefusal {
  faults: RuleFault[];
  examples: ExampleFailure[];
  /** So many more than are listed. */
  notListed: number;
}

/** Full name of the message, for details of a status. */
export const RULE_SET_REFUSAL = 'earshot.v1.RuleSetRefusal';

export function encodeRuleSetRefusal({ faults, examples, notListed }: RuleSetRefusal): Uint8Array {
  return toBytes(pb.RuleSetRefusal, { faults, examples: examples.map(exampleToWire), notListed });
}

/** Throws `undecodable`, `invalid`. */
export function decodeRuleSetRefusal(bytes: Uint8Array): RuleSetRefusal {
  const { faults, examples, notListed } = fromBytes(pb.RuleSetRefusal, bytes);
  return { faults, examples: examples.map(exampleFromWire), notListed };
}

export function exampleToWire(failure: ExampleFailure): pb.ExampleFailure {
  return { ...failure, kind: exampleKinds.toWire(failure.kind) };
}

export function exampleFromWire(failure: pb.ExampleFailure): ExampleFailure {
  return { ...failure, kind: exampleKinds.fromWire('example.kind', failure.kind) };
}

export function versionToWire(version: RuleSetVersion): pb.RuleSetVersion {
  return { ...version, action: publicationActions.toWire(version.action) };
}

export function versionFromWire(version: pb.RuleSetVersion): RuleSetVersion {
  return { ...version, action: publicationActions.fromWire('version.action', version.action) };
}

export function inForceToWire({ ruleSet, rules }: RulesInForce): service.GetRulesInForceResponse {
  return { hash: ruleSet?.hash ?? '', epoch: ruleSet?.epoch ?? 0, rules: rules.map(ruleToWire) };
}

export function inForceFromWire({ hash, epoch, rules }: service.GetRulesInForceResponse): RulesInForce {
  return defined({ ruleSet: hash === '' ? undefined : { hash, epoch }, rules: rules.map(ruleFromWire) });
}

function ruleToWire({ prompt, ...rule }: RuleInForce): pb.Rule {
  return {
    ...rule,
    severity: severities.toWire(rule.severity),
    roles: rule.roles.map(roles.toWire),
    promptWhat: prompt.what,
    promptSay: prompt.say,
    promptNext: prompt.next,
  };
}

function ruleFromWire({ promptWhat, promptSay, promptNext, ...rule }: pb.Rule): RuleInForce {
  const text = (field: string, value: BothLanguages | undefined) => required(`rule.${field}`, value);
  return defined({
    ...rule,
    title: text('title', rule.title),
    severity: severities.fromWire('rule.severity', rule.severity),
    roles: rule.roles.map((role) => roles.fromWire('rule.roles', role)),
    prompt: { what: text('prompt_what', promptWhat), say: promptSay, next: text('prompt_next', promptNext) },
  });
}
