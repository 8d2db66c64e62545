import type { Alert } from '@earshot/model';
import type { Effect, PlantedRule } from './plan.js';

/** What must be on the desk, by what was said; no word of the product's engine is in it. */
export interface Expected {
  rule: PlantedRule;
  conversationId: string;
  becomes: Effect['becomes'];
  /** Where in the order of sending its last words were first sent. */
  order: number;
  /** Wall clock at which these words were due to be sent, epoch ms. */
  saidMs: number;
}

export class Expectations {
  readonly all = new Map<string, Expected>();
  #order = 0;

  take(effects: readonly Effect[], saidMs: number): void {
    this.#order += 1;
    for (const { rule, anchor, conversationId, becomes } of effects) {
      const key = keyOf(conversationId, rule, anchor);
      const before = this.all.get(key);
      // Words that complete a verdict which already stood (a final after its partial) keep its place.
      const kept = before?.becomes === 'stands' && becomes === 'stands' ? before : { order: this.#order, saidMs };
      this.all.set(key, { rule, conversationId, becomes, order: kept.order, saidMs: kept.saidMs });
    }
  }
}

export function keyOf(conversationId: string, rule: string, anchor: string): string {
  return `${conversationId} ${rule} ${anchor}`;
}

export function keyOfAlert({ conversationId, finding }: Pick<Alert, 'conversationId' | 'finding'>): string {
  return keyOf(conversationId, finding.ruleId, finding.anchor);
}

export function isOpen({ state }: Pick<Alert, 'state'>): boolean {
  return state === 'raised' || state === 'claimed';
}
