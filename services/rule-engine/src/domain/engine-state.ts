import {
  type ConversationFact,
  type ConversationRecord,
  type ConversationSummary,
  type Finding,
  utteranceAnchor,
} from '@earshot/model';
import { followRules as follow, type Judge } from '@earshot/rules';
import type { RecordSnapshot } from '@earshot/wire';
import type { ToldHistory } from './contributions.js';

/** What the rule engine holds of one life: the record, and what derives from it. */
export interface EngineState extends RecordSnapshot {
  /** Made from the record when first asked for, thrown away when what it was made for changes. */
  judge?: Judge;
  /** Made from the record when first asked for, thrown away by whatever may change it. */
  summary?: { value: ConversationSummary; text: string };
  /** Findings and summary that were last told, so that a change can be seen. */
  told?: { findings: readonly Finding[]; summary: string };
  /** What this life was last said to add to history. */
  toldHistory?: ToldHistory;
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
  return { record, seenEvents: new Map(), laterEras: [], source: fact.source, nowSetAtLogMs: 0 };
}

/** Whenever the conversation moves to other rules the judge is made anew: it was made for the eras before. */
export function followRules(state: EngineState, fact: ConversationFact): void {
  const { utterances } = state.record;
  if (follow(state, fact, (leg, segment) => utterances.has(utteranceAnchor(leg, segment)))) state.judge = undefined;
}
