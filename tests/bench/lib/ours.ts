import type { ConversationRecord, RecordedUtterance } from '@earshot/model';
import { createJudge, type Judge, type RuleSet, recordOf } from '@earshot/rules';
import type { Hit, Said } from './plain.js';

/** The product's engine on one conversation, as the rule-engine service drives it: the record first, then the judge. */
export class OurConversation {
  private readonly record: ConversationRecord;
  private readonly judge: Judge;

  constructor(ruleSet: RuleSet, conversationId: string) {
    this.record = recordOf([], { conversationId, open: true });
    this.judge = createJudge(ruleSet, this.record, { latenessMs: 3_000 });
    this.judge.findings();
  }

  /** How many findings stand after it. */
  hear(said: Said): number {
    this.record.utterances.set(said.anchor, recorded(said));
    this.record.nowMs = Math.max(this.record.nowMs, said.endMs);
    this.judge.utteranceChanged(said.anchor);
    this.judge.conversationChanged();
    return this.judge.findings().length;
  }

  hits(): Hit[] {
    return this.judge.findings().map(({ ruleId, anchor }) => ({ rule: ruleId, anchor }));
  }
}

function recorded({ anchor, role, text, startMs, endMs }: Said): RecordedUtterance {
  return {
    participantId: role,
    role,
    leg: role,
    segment: Number(anchor.slice(anchor.lastIndexOf(':') + 1)),
    revision: 0,
    final: true,
    withdrawn: false,
    text,
    startMs,
    endMs,
    receivedAtMs: endMs,
    openRevisions: [],
  };
}
