import type { ConversationFact, ConversationRecord, Finding, RuleSetStamp } from '@earshot/model';
import type { Judge } from '@earshot/rules';
import type { RecordSnapshot } from '@earshot/wire';

/** What the rule engine holds of one life: the record, and what derives from it. */
export interface EngineState extends RecordSnapshot {
  /** Made from the record when first asked for, thrown away when what it was made for changes. */
  judge?: Judge;
  /** Findings and summary that were last told, so that a change can be seen. */
  told?: { findings: readonly Finding[]; summary: string };
}

export function openState(fact: ConversationFact): EngineState {
  const record: ConversationRecord = {
    tenant: fact.tenant,
    conversationId: fact.conversationId,
    channel: fact.source === 'voice' ? 'voice' : 'chat',
    // Until a fresh `started` shows that this life is the conversation's beginning.
    resumed: true,
    nowMs: 0,
    externalIds: {},
    fields: {},
    participants: [],
    utterances: new Map(),
  };
  return { record, seenEvents: new Map(), source: fact.source, nowSetAtLogMs: 0 };
}

/** The first stamp of a life is the rule set that judges it. */
export function pinRuleSet(state: EngineState, stamp: RuleSetStamp | undefined): void {
  if (!state.ruleSet && stamp) state.ruleSet = stamp;
}
