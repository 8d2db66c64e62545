import { type ConversationRecord, utteranceAnchor } from '@earshot/model';
import { judgeNaively, type ReferenceOptions } from './judge.js';
import type { Logged } from './record.js';
import type { PlainFinding, PlainRule } from './types.js';

/** The rule sets that one life met, and under which of them each utterance was first heard of. */
export interface LoggedEras {
  hashes: string[];
  /** When the first utterance under each began, epoch ms; 0 for the first. */
  fromMs: number[];
  eraOf: Map<string, number>;
}

/** The first stamp counts; a higher one that is meant for running conversations counts from a new utterance on. */
export function erasOf(logged: readonly Logged[]): LoggedEras {
  const eras: LoggedEras = { hashes: [], fromMs: [], eraOf: new Map() };
  const heard = new Set<string>();
  let epoch = 0;
  for (const { fact } of logged) {
    const { ruleSet, body } = fact;
    if (ruleSet && eras.hashes.length === 0) {
      eras.hashes.push(ruleSet.hash);
      eras.fromMs.push(0);
      epoch = ruleSet.epoch;
    }
    if (body.kind !== 'utterance' && body.kind !== 'utterance-withdrawn') continue;
    const anchor = utteranceAnchor(body.leg, body.segment);
    if (heard.has(anchor)) continue;
    heard.add(anchor);
    if (body.kind === 'utterance-withdrawn') continue;
    const newer = ruleSet?.appliesToRunning && ruleSet.epoch > epoch && ruleSet.hash !== eras.hashes.at(-1);
    if (newer) {
      eras.hashes.push(ruleSet.hash);
      eras.fromMs.push(body.startMs);
      epoch = ruleSet.epoch;
    }
    eras.eraOf.set(anchor, eras.hashes.length - 1);
  }
  return eras;
}

/**
 * Judges a life whose rules changed. Each rule by itself: as long as it stood unchanged it hears what was said since it
 * came, and what it found rests on nothing that was first said after it went.
 */
export function judgeErasNaively(
  rulesOf: (hash: string) => readonly PlainRule[],
  record: ConversationRecord,
  eras: LoggedEras,
  options: ReferenceOptions,
): PlainFinding[] {
  const sets = eras.hashes.map((hash) => new Map(rulesOf(hash).map((rule) => [rule.id, JSON.stringify(rule)])));
  const eraOf = (anchor: string) => eras.eraOf.get(anchor) ?? 0;
  const found: PlainFinding[] = [];
  for (const [from, set] of sets.entries()) {
    for (const [id, text] of set) {
      if (from > 0 && sets[from - 1]?.get(id) === text) continue;
      let to = from;
      while (sets[to + 1]?.get(id) === text) to++;
      const goneMs = eras.fromMs[to + 1];
      const since = new Map([...record.utterances].filter(([anchor]) => eraOf(anchor) >= from));
      const view = from === 0 ? record : { ...record, resumed: true, utterances: since };
      for (const finding of judgeNaively([JSON.parse(text) as PlainRule], view, options)) {
        const { anchor, evidence, wordsAtMs } = finding;
        const rests = evidence.every((one) => eraOf(utteranceAnchor(one.leg, one.segment)) <= to);
        const timed = evidence.length === 0 || anchor.startsWith('deadline:');
        const missedAfter = goneMs !== undefined && timed && wordsAtMs > goneMs;
        if (rests && !missedAfter && !found.some((one) => one.ruleId === id && one.anchor === anchor))
          found.push(finding);
      }
    }
  }
  return found;
}
