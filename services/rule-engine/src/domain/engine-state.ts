import { type ConversationFact, type ConversationRecord, type Finding, utteranceAnchor } from '@earshot/model';
import type { Judge } from '@earshot/rules';
import type { RecordSnapshot } from '@earshot/wire';
import type { ToldHistory } from './contributions.js';

/** What the rule engine holds of one life: the record, and what derives from it. */
export interface EngineState extends RecordSnapshot {
  /** Made from the record when first asked for, thrown away when what it was made for changes. */
  judge?: Judge;
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

/**
 * The first stamp of a life is the rule set that judges it. It moves to a later one only where that is meant for running
 * conversations, and only with an utterance that nobody has heard of: old words never meet new rules.
 */
export function followRules(state: EngineState, { ruleSet: stamp, body }: ConversationFact): void {
  if (!stamp) return;
  if (!state.ruleSet) {
    state.ruleSet = stamp;
    return;
  }
  const present = state.laterEras.at(-1) ?? state.ruleSet;
  if (!stamp.appliesToRunning || stamp.epoch <= present.epoch || stamp.hash === present.hash) return;
  if (body.kind !== 'utterance' || state.record.utterances.has(utteranceAnchor(body.leg, body.segment))) return;
  state.laterEras.push({ epoch: stamp.epoch, hash: stamp.hash, fromMs: body.startMs });
  // The judge was made for the eras before.
  state.judge = undefined;
}
