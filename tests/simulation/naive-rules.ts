import { type Finding, findingId, type ParticipantRole, utteranceAnchor } from '@earshot/model';

/** An utterance as the reference sees it. */
export interface Said {
  leg: string;
  segment: number;
  revision: number;
  participantId: string;
  role: ParticipantRole;
  startMs: number;
  endMs: number;
  /** Text of the deciding final; undefined while it is open. */
  finalText?: string;
  openTexts: { revision: number; text: string }[];
  /** Which of the record's rule sets was in force at its first revision. */
  era: number;
}

/** The second set has no `a-then-b` any more, and a rule `later-phrase` that the first has not. */
export const FIRST_RULES = 'simulation';
export const LATER_RULES = 'simulation-2';

export interface NaiveRecord {
  tenant: string;
  conversationId: string;
  resumed: boolean;
  startedAtMs?: number;
  endedAtMs?: number;
  /** Rule sets in the order in which the conversation moved to them. */
  eras: string[];
  /** Deadlines up to here have passed; Infinity once all is known. */
  nowMs: number;
  said: Said[];
}

export const GREETING_MS = 15_000;

/** Five rules in the plainest words: sort, look at everything once, no index, no state. */
export function judgeNaively(record: NaiveRecord, latenessMs: number, engine: 1 | 2): Finding[] {
  const said = [...record.said].sort(
    (a, b) => a.startMs - b.startMs || (a.leg < b.leg ? -1 : a.leg > b.leg ? 1 : a.segment - b.segment),
  );
  const found: Finding[] = [];
  const add = (ruleId: string, anchor: string, evidence: Said[], provisional = false) =>
    found.push(makeFinding(record, ruleId, anchor, evidence, provisional));
  const has = (one: Said, word: string) => one.finalText?.includes(word) ?? false;

  const under = (one: Said, rules: string) => record.eras[one.era] === rules;
  for (const one of said) {
    if (under(one, LATER_RULES) && has(one, '好的')) add('later-phrase', utteranceAnchor(one.leg, one.segment), [one]);
    if (has(one, '骗子')) add('phrase', utteranceAnchor(one.leg, one.segment), [one]);
    if (engine === 2 && has(one, '升级')) add('phrase-of-engine-2', utteranceAnchor(one.leg, one.segment), [one]);
    if (one.finalText === undefined) {
      if (one.openTexts.some((open) => open.text.includes('曝光'))) {
        add('on-partial', utteranceAnchor(one.leg, one.segment), [one], true);
      }
    } else if (has(one, '曝光')) add('on-partial', utteranceAnchor(one.leg, one.segment), [one]);
  }
  const before = said.filter((one) => under(one, FIRST_RULES));
  for (const a of before.filter((one) => one.role === 'customer' && has(one, '投诉'))) {
    const b = before.find(
      (one) => one.role === 'agent' && has(one, '不行') && one.startMs >= a.endMs && one.startMs <= a.endMs + 20_000,
    );
    if (b) add('a-then-b', utteranceAnchor(a.leg, a.segment), [a, b]);
  }
  for (let i = 0, run: Said[] = []; i <= said.length; i++) {
    const one = said[i];
    if (one && !has(one, '退款')) continue;
    const last = run.at(-1);
    if (one && (!last || one.startMs - last.startMs <= 30_000)) {
      run.push(one);
      continue;
    }
    if (run.length >= 3) add('count', utteranceAnchor(run[0]!.leg, run[0]!.segment), run);
    run = one ? [one] : [];
  }
  const due = greetingDue(record);
  if (due !== undefined && !greeted(record)) {
    const missed = record.endedAtMs === undefined ? due + latenessMs <= record.nowMs : due <= record.endedAtMs;
    if (missed) add('greeting-missing', 'deadline:start', []);
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The deadline that a running conversation still waits for. */
export function nextNaiveDue(record: NaiveRecord, latenessMs: number): number | undefined {
  const due = greetingDue(record);
  if (due === undefined || record.endedAtMs !== undefined || greeted(record)) return undefined;
  return due + latenessMs <= record.nowMs ? undefined : due + latenessMs;
}

function greetingDue(record: NaiveRecord): number | undefined {
  return record.resumed || record.startedAtMs === undefined ? undefined : record.startedAtMs + GREETING_MS;
}

function greeted(record: NaiveRecord): boolean {
  const due = greetingDue(record) as number;
  return record.said.some((one) => one.role === 'agent' && one.endMs <= due && one.finalText?.includes('您好'));
}

function makeFinding(
  record: NaiveRecord,
  ruleId: string,
  anchor: string,
  evidence: Said[],
  provisional: boolean,
): Finding {
  const { tenant, conversationId } = record;
  return {
    id: findingId(tenant, conversationId, ruleId, anchor),
    ruleId,
    anchor,
    severity: 'high',
    points: 0,
    evidence: evidence.map((one) => ({
      leg: one.leg,
      segment: one.segment,
      revision: one.revision,
      participantId: one.participantId,
      role: one.role,
      startMs: one.startMs,
      endMs: one.endMs,
      quote: '',
      spans: [],
    })),
    wordsAtMs: evidence.at(-1)?.endMs ?? record.startedAtMs ?? 0,
    receivedAtMs: 0,
    provisional,
    ruleSetHash: 'simulation',
    prompt: { title: ruleId, what: '', say: [], next: '' },
    tags: [],
  };
}
