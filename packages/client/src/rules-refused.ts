import {
  decodeRuleSetRefusal,
  decodeStatus,
  RULE_SET_REFUSAL,
  type RuleSetRefusal,
  STATUS_DETAILS_TRAILER,
} from '@earshot/wire';
import type { ServiceError } from '@grpc/grpc-js';
import { toEarshotError } from './send-result.js';

/** A set with mistakes: `rules-invalid` (faults, each with its place) or `examples-failed`. */
export interface RulesRefused extends RuleSetRefusal {
  ok: false;
  code: string;
  /** How many mistakes, and the first of them. */
  message: string;
}

/** Undefined: the call failed for another reason. */
export function refusalOf(error: ServiceError): RulesRefused | undefined {
  const [bytes] = error.metadata?.get(STATUS_DETAILS_TRAILER) ?? [];
  if (!(bytes instanceof Buffer)) return undefined;
  const detail = decodeStatus(bytes).details.find(({ message }) => message === RULE_SET_REFUSAL);
  if (!detail) return undefined;
  const { code, message } = toEarshotError(error);
  return { ok: false, code, message, ...decodeRuleSetRefusal(detail.bytes) };
}
