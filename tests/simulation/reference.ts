import type { LogRecord } from '@earshot/log';
import { type ConversationFact, conversationKey, type Finding } from '@earshot/model';
import { decodeConversationFact } from '@earshot/wire';
import { judgeNaively, type NaiveRecord, type Said } from './naive-rules.js';

/** One life as the log alone tells it. */
export interface ReferenceLife {
  key: string;
  birth: number;
  closedAt?: number;
  findings(engine: 1 | 2): Finding[];
}

/** Splits the log into lives and judges each once, knowing everything. Shares no code with the fold. */
export function referenceLives(log: readonly LogRecord[], lingerMs: number, latenessMs: number): ReferenceLife[] {
  const done: ReferenceLife[] = [];
  const open = new Map<string, { birth: number; last: number; facts: Facts }>();
  const finish = (key: string, life: { birth: number; facts: Facts }, closedAt?: number) =>
    done.push({
      key,
      birth: life.birth,
      closedAt,
      findings: (engine) => judgeNaively(recordOf(life.facts, lingerMs, closedAt !== undefined), latenessMs, engine),
    });

  for (const { offset, value, timestampMs } of log) {
    const fact = decodeConversationFact(value);
    const key = conversationKey(fact.tenant, fact.conversationId);
    const life = open.get(key);
    switch (fact.body.kind) {
      case 'takeover':
      case 'checkpoint':
        break;
      case 'closed':
        if (life?.last !== fact.body.lastOffset) break;
        finish(key, life, offset);
        open.delete(key);
        break;
      case 'time-reached':
        if (life) {
          life.last = offset;
          life.facts.push({ fact, logMs: timestampMs });
        }
        break;
      default:
        if (!life) open.set(key, { birth: offset, last: offset, facts: [{ fact, logMs: timestampMs }] });
        else {
          life.last = offset;
          life.facts.push({ fact, logMs: timestampMs });
        }
    }
  }
  for (const [key, life] of open) finish(key, life);
  return done;
}

type Facts = { fact: ConversationFact; logMs: number }[];

/** Once a life is closed every deadline has passed; before, time is what its events and time facts say. */
function recordOf(facts: Facts, lingerMs: number, closed: boolean): NaiveRecord {
  const { tenant, conversationId } = facts[0]!.fact;
  const record: NaiveRecord = {
    tenant,
    conversationId,
    resumed: true,
    nowMs: closed ? Number.POSITIVE_INFINITY : 0,
    eras: [],
    said: [],
  };
  const eraOf = new Map<string, number>();
  let epoch = 0;
  const revisions = new Map<string, { said: Said; text: string; final: boolean }[]>();
  const withdrawn = new Set<string>();
  for (const { fact, logMs } of facts) {
    const { body, atMs, ruleSet } = fact;
    if (ruleSet && record.eras.length === 0) {
      record.eras.push(ruleSet.hash);
      epoch = ruleSet.epoch;
    }
    if (body.kind === 'utterance' && !eraOf.has(`${body.leg}/${body.segment}`)) {
      // The first word of an utterance may bring newer rules into a running conversation.
      if (ruleSet?.appliesToRunning && ruleSet.epoch > epoch && !withdrawn.has(`${body.leg}/${body.segment}`)) {
        record.eras.push(ruleSet.hash);
        epoch = ruleSet.epoch;
      }
      eraOf.set(`${body.leg}/${body.segment}`, record.eras.length - 1);
    }
    record.nowMs = Math.max(record.nowMs, body.kind === 'time-reached' ? body.reachedMs : atMs);
    if (body.kind === 'started') {
      record.startedAtMs = atMs;
      if (logMs - atMs <= lingerMs) record.resumed = false;
    } else if (body.kind === 'ended') record.endedAtMs = Math.max(record.endedAtMs ?? 0, atMs);
    else if (body.kind === 'utterance-withdrawn') withdrawn.add(`${body.leg}/${body.segment}`);
    else if (body.kind === 'utterance') {
      const name = `${body.leg}/${body.segment}`;
      const { text, final, ...rest } = body;
      const list = revisions.get(name) ?? [];
      list.push({ said: { ...rest, openTexts: [], era: eraOf.get(name) ?? 0 }, text, final });
      revisions.set(name, list);
    }
  }
  for (const [name, list] of revisions) {
    if (withdrawn.has(name)) continue;
    const finals = list.filter((one) => one.final);
    const pool = finals.length > 0 ? finals : list;
    const top = pool.reduce((best, one) => (one.said.revision > best.said.revision ? one : best));
    if (finals.length > 0) record.said.push({ ...top.said, finalText: top.text });
    else
      record.said.push({
        ...top.said,
        openTexts: list.map((one) => ({ revision: one.said.revision, text: one.text })),
      });
  }
  return record;
}
