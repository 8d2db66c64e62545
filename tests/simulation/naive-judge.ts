import type { ConversationRecord, Finding } from '@earshot/model';
import type { MakeJudge } from '@earshot/rules';
import { judgeNaively, type NaiveRecord, nextNaiveDue } from './naive-rules.js';

/** Stands in for the rule language, so that the simulation judges the fold alone. */
export function naiveJudge(engine: 1 | 2): MakeJudge {
  return (eras, record, { latenessMs }) => {
    const sets = eras.map(({ ruleSet }) => ruleSet.hash);
    let findings: Finding[] | undefined;
    let touched = true;
    const touch = () => {
      touched = true;
    };
    const decide = () => {
      if (findings && !touched) return findings;
      touched = false;
      const now = judgeNaively(view(record, sets), latenessMs, engine);
      if (!findings || JSON.stringify(findings) !== JSON.stringify(now)) findings = now;
      return findings;
    };
    return {
      utteranceChanged: touch,
      conversationChanged: touch,
      findings: decide,
      nextDueMs: () => nextNaiveDue(view(record, sets), latenessMs),
    };
  };
}

function view(record: ConversationRecord, eras: string[]): NaiveRecord {
  const { tenant, conversationId, resumed, startedAtMs, endedAtMs, nowMs } = record;
  const said = [...record.utterances.values()]
    .filter((one) => !one.withdrawn)
    .map((one) => ({
      ...one,
      era: one.era ?? 0,
      finalText: one.final ? one.text : undefined,
      openTexts: one.final ? [] : one.openRevisions,
    }));
  return { tenant, conversationId, resumed, startedAtMs, endedAtMs, nowMs, eras, said };
}
