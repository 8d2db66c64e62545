import { type ConversationRecord, type Evidence, type Finding, findingId, type Span } from '@earshot/model';
import type { Rule, Unless } from '../language/program.js';
import type { Text } from '../language/schema.js';
import { evaluate, type Hit, type Outcome, placesBetween } from './evaluate.js';
import { compareHeard } from './heard.js';
import { type Spoken, spokenFor, type View } from './satisfy.js';

const QUOTE_POINTS = 200;

/** Fields of the record beside its words: most decide whether a rule runs at all. */
export type RunFacts = Pick<
  ConversationRecord,
  'resumed' | 'startedAtMs' | 'endedAtMs' | 'channel' | 'businessLine' | 'queue' | 'skillGroup' | 'history'
>;

/** Why the rule does not run, a code; undefined if it does. */
export function restsBecause(rule: Rule, facts: RunFacts): string | undefined {
  const { only } = rule;
  if (only?.channels && !only.channels.includes(facts.channel)) return 'other-channel';
  if (only?.businessLines && !names(only.businessLines, facts.businessLine)) return 'other-business-line';
  if (only?.queues && !names(only.queues, facts.queue)) return 'other-queue';
  if (only?.skillGroups && !names(only.skillGroups, facts.skillGroup)) return 'other-skill-group';
  if (rule.startBound && facts.resumed) return 'resumed';
  if (rule.startTimed && facts.startedAtMs === undefined) return 'start-unknown';
  if (rule.endBound && facts.endedAtMs === undefined) return 'not-ended';
  return undefined;
}

function names(list: readonly string[], value: string | undefined): boolean {
  return value !== undefined && list.includes(value);
}

/** The condition's hits that nothing excuses. */
export function decide(view: View, rule: Rule): Outcome {
  const found = evaluate(view, rule, rule.condition);
  const { unless } = rule;
  if (!unless || found.hits.length === 0) return found;
  const excuses = spokenFor(view, rule, unless.slot);
  const hits = found.hits.filter((hit) => !excuses.some((excuse) => excuseFits(view, rule, unless, hit, excuse)));
  return { ...found, hits, holds: hits.length > 0 };
}

export function excuseFits(view: View, rule: Rule, unless: Unless, hit: Hit, excuse: Spoken): boolean {
  const { at } = hit;
  if (at && at.heard === excuse.heard) return false;
  const { beforeMs, beforeUtterances, afterMs, afterUtterances } = unless;
  const looksBefore = beforeMs !== undefined || beforeUtterances !== undefined;
  const looksAfter = afterMs !== undefined || afterUtterances !== undefined;
  if (!looksBefore && !looksAfter) return true;
  if (!at || compareHeard(excuse.heard, at.heard) > 0) {
    if (!looksAfter) return false;
    const sinceMs = excuse.heard.startMs - (at ? at.reading.endMs : (view.facts.startedAtMs ?? 0));
    if (sinceMs > (afterMs ?? Infinity)) return false;
    const places = at ? placesBetween(view, rule, at.heard, excuse.heard) : placeFromStart(view, rule, excuse);
    return places <= (afterUtterances ?? Infinity);
  }
  if (!looksBefore) return false;
  if (at.heard.startMs - excuse.reading.endMs > (beforeMs ?? Infinity)) return false;
  return placesBetween(view, rule, excuse.heard, at.heard) <= (beforeUtterances ?? Infinity);
}

function placeFromStart(view: View, rule: Rule, excuse: Spoken): number {
  const first = view.floor.order(rule.roles, rule.partial)[0];
  return first ? placesBetween(view, rule, first, excuse.heard) + 1 : 0;
}

export interface Subject {
  tenant: string;
  conversationId: string;
  ruleSetHash: string;
  language: 'zh' | 'en';
}

export function toFinding(subject: Subject, rule: Rule, hit: Hit, id?: string): Finding {
  const evidence = evidenceOf(hit.evidence);
  const completing = hit.evidence.reduce<Spoken | undefined>(
    (last, spoken) => (last && comesBefore(spoken, last) ? last : spoken),
    undefined,
  );
  const timed = hit.dueMs !== undefined;
  const say = (text: Text) => inLanguage(text, subject.language);
  return {
    id: id ?? findingId(subject.tenant, subject.conversationId, rule.id, hit.anchor),
    ruleId: rule.id,
    anchor: hit.anchor,
    severity: rule.severity,
    points: rule.points,
    ...(hit.participantId !== undefined && { participantId: hit.participantId }),
    ...(hit.role !== undefined && { role: hit.role }),
    evidence,
    wordsAtMs: hit.dueMs ?? completing?.reading.endMs ?? 0,
    receivedAtMs: timed ? 0 : (completing?.reading.receivedAtMs ?? 0),
    provisional: hit.evidence.some((spoken) => spoken.heard.open),
    ruleSetHash: subject.ruleSetHash,
    prompt: {
      title: say(rule.title),
      what: say(rule.prompt.what),
      say: rule.prompt.say.map(say),
      next: say(rule.prompt.next),
    },
    tags: [...rule.tags],
    ...(rule.topic !== undefined && { topic: rule.topic }),
  };
}

function comesBefore(a: Spoken, b: Spoken): boolean {
  return (a.reading.receivedAtMs - b.reading.receivedAtMs || compareHeard(a.heard, b.heard)) < 0;
}

/** An utterance stands once, with the spans of all its places in the condition. */
export function evidenceOf(spoken: readonly Spoken[]): Evidence[] {
  const byAnchor = new Map<string, { first: Spoken; spans: Map<string, Span> }>();
  for (const one of spoken) {
    const entry = byAnchor.get(one.heard.anchor) ?? { first: one, spans: new Map<string, Span>() };
    byAnchor.set(one.heard.anchor, entry);
    if (one.reading !== entry.first.reading) continue;
    const { hits } = one.reading.scan;
    for (let i = 0; i < hits.length; i += 3) {
      const [phrase, start, end] = [hits[i] as number, hits[i + 1] as number, hits[i + 2] as number];
      if (one.slot.marks.has(phrase)) entry.spans.set(`${start} ${end}`, { start, end });
    }
  }
  return [...byAnchor.values()].map(({ first: { heard, reading }, spans }) => ({
    leg: heard.leg,
    segment: heard.segment,
    revision: reading.revision,
    participantId: heard.participantId,
    role: heard.role,
    startMs: heard.startMs,
    endMs: reading.endMs,
    quote: quoteOf(reading.text),
    spans: [...spans.values()].sort((a, b) => a.start - b.start || a.end - b.end),
  }));
}

function quoteOf(text: string): string {
  if (text.length <= QUOTE_POINTS) return text;
  let units = 0;
  for (let points = 0; points < QUOTE_POINTS && units < text.length; points++) {
    units += (text.codePointAt(units) as number) > 0xffff ? 2 : 1;
  }
  return text.slice(0, units);
}

export function inLanguage(text: Text, language: 'zh' | 'en'): string {
  if (typeof text === 'string') return text;
  return (language === 'en' ? (text.en ?? text.zh) : (text.zh ?? text.en)) ?? '';
}
