import { type ConversationRecord, utteranceAnchor } from '@earshot/model';
import type { Followed } from '@earshot/rules';
import type { Conversation } from '../state/conversation.js';
import { inSpeakingOrder } from '../state/transcript.js';

/** What is left of a conversation, as the judge wants it. */
export interface Recorded {
  record: ConversationRecord;
  /** Without a rule set: it is not known which it met. */
  followed: Followed;
  /** `part`: it began before what was read here, or words were let go. `past`: as the warehouse keeps it. */
  extent: 'whole' | 'part' | 'past';
}

/** The record of a conversation that is held in memory; undefined: only its alerts are. */
export function recordOfHeld({ tenant, id, facts, basis, transcript }: Conversation): Recorded | undefined {
  if (!facts) return undefined;
  const { resumed, nowMs, businessLine, queue, skillGroup, scores, history, ruleSet, laterEras } = basis;
  const { channel, startedAtMs, endedAtMs, externalIds, fields } = facts;
  const record: ConversationRecord = {
    tenant,
    conversationId: id,
    channel,
    resumed,
    nowMs,
    externalIds,
    fields,
    participants: [],
    utterances: new Map(
      inSpeakingOrder(transcript.lines.values()).map((said) => [utteranceAnchor(said.leg, said.segment), said]),
    ),
    scores,
    history,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
    ...(businessLine === undefined ? {} : { businessLine }),
    ...(queue === undefined ? {} : { queue }),
    ...(skillGroup === undefined ? {} : { skillGroup }),
  };
  const followed = { laterEras, ...(ruleSet === undefined ? {} : { ruleSet }) };
  return { record, followed, extent: facts.whole && !transcript.dropped ? 'whole' : 'part' };
}
