import type {
  ConversationFact,
  ConversationRecord,
  Finding,
  RecordedUtterance,
  RuleEra,
  RuleSetStamp,
} from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';
import type { Era, Eras, Judge, JudgeOptions, RuleSet } from '../api.js';
import { CompiledRuleSet } from '../language/rule-set.js';
import { createJudge } from './judge.js';

/**
 * Judges a conversation whose rules changed while it ran. A rule sees what was said since it came, as long as it stays
 * as it is from era to era: a window goes on over the change. A rule that is new, or was changed, begins empty and does
 * not run from the start. A rule that is gone finds nothing more, but what it found may still be taken back.
 */
export function createErasJudge(eras: Eras, record: ConversationRecord, options: JudgeOptions): Judge {
  return eras.length === 1 ? createJudge(eras[0].ruleSet, record, options) : new ErasJudge(eras, record, options);
}

/** One era's rules over all that was said since it began. */
interface Stretch {
  judge: Judge;
  utterances: Map<string, RecordedUtterance>;
  /** Rules that came with this era → the last era that has them. */
  lastEra: ReadonlyMap<string, number>;
}

class ErasJudge implements Judge {
  private readonly stretches: readonly Stretch[];
  private inner: readonly (readonly Finding[])[] = [];
  private list: readonly Finding[] = [];

  constructor(
    private readonly eras: readonly Era[],
    private readonly record: ConversationRecord,
    options: JudgeOptions,
  ) {
    const keys = eras.map(({ ruleSet }) => keysOf(ruleSet));
    this.stretches = eras.map(({ ruleSet }, era) => {
      const utterances =
        era === 0 ? record.utterances : new Map([...record.utterances].filter(([, one]) => eraOf(one) >= era));
      const view = era === 0 ? record : viewOf(record, utterances);
      return { judge: createJudge(ruleSet, view, options), utterances, lastEra: lastEras(keys, era) };
    });
  }

  utteranceChanged(anchor: string): void {
    const utterance = this.record.utterances.get(anchor);
    if (!utterance) return;
    for (const { judge, utterances } of this.stretches.slice(0, eraOf(utterance) + 1)) {
      utterances.set(anchor, utterance);
      judge.utteranceChanged(anchor);
    }
  }

  conversationChanged(): void {
    for (const { judge } of this.stretches) judge.conversationChanged();
  }

  findings(): readonly Finding[] {
    const inner = this.stretches.map(({ judge }) => judge.findings());
    if (inner.every((list, era) => list === this.inner[era]) && this.inner.length > 0) return this.list;
    this.inner = inner;
    const found = new Map<string, Finding>();
    inner.forEach((list, era) => {
      for (const finding of list)
        if (this.stands(finding, era) && !found.has(finding.id)) found.set(finding.id, finding);
    });
    this.list = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.list;
  }

  nextDueMs(): number | undefined {
    const dues = this.stretches.flatMap(({ judge }) => judge.nextDueMs() ?? []);
    return dues.length > 0 ? Math.min(...dues) : undefined;
  }

  /** Of a rule that is gone only what rests on words, or on a deadline, from before it went. */
  private stands(finding: Finding, era: number): boolean {
    const last = this.stretches[era]?.lastEra.get(finding.ruleId);
    if (last === undefined) return false;
    const next = this.eras[last + 1];
    if (!next) return true;
    const timed = finding.evidence.length === 0 || finding.anchor.startsWith('deadline:');
    if (timed && finding.wordsAtMs > next.fromMs) return false;
    return finding.evidence.every(({ leg, segment }) => {
      const said = this.record.utterances.get(utteranceAnchor(leg, segment));
      return said !== undefined && eraOf(said) <= last;
    });
  }
}

/** The conversation as rules see it that came later: everything but the words before them, and not its start. */
function viewOf(record: ConversationRecord, utterances: Map<string, RecordedUtterance>): ConversationRecord {
  return Object.create(record, { utterances: { value: utterances }, resumed: { value: true } }) as ConversationRecord;
}

/** The conversation as an era's rules see it. */
export function recordFrom(record: ConversationRecord, era: number): ConversationRecord {
  if (era === 0) return record;
  return viewOf(record, new Map([...record.utterances].filter(([, one]) => eraOf(one) >= era)));
}

/** The last era that has this rule as it came with `era`; undefined: it did not come with it. */
export function lastEraOf(eras: Eras, era: number, ruleId: string): number | undefined {
  return lastEras(
    eras.map(({ ruleSet }) => keysOf(ruleSet)),
    era,
  ).get(ruleId);
}

/** The rule sets that a conversation has met so far. */
export interface Followed {
  /** The first stamp of its life. */
  ruleSet?: RuleSetStamp;
  laterEras: RuleEra[];
}

/**
 * The first stamp of a life is the rule set that judges it. It moves to a later one only where that is meant for running
 * conversations, and only with an utterance that nobody has heard of: old words never meet new rules. True: it moved.
 */
export function followRules(
  followed: Followed,
  { ruleSet: stamp, body }: ConversationFact,
  heardOf: (leg: string, segment: number) => boolean,
): boolean {
  if (!stamp) return false;
  if (!followed.ruleSet) {
    followed.ruleSet = stamp;
    return false;
  }
  const present = followed.laterEras.at(-1) ?? followed.ruleSet;
  if (!stamp.appliesToRunning || stamp.epoch <= present.epoch || stamp.hash === present.hash) return false;
  if (body.kind !== 'utterance' || heardOf(body.leg, body.segment)) return false;
  followed.laterEras.push({ epoch: stamp.epoch, hash: stamp.hash, fromMs: body.startMs });
  return true;
}

function keysOf(ruleSet: RuleSet): Map<string, string> {
  return new Map(CompiledRuleSet.programOf(ruleSet).rules.map(({ id, key }) => [id, key]));
}

function lastEras(keys: readonly ReadonlyMap<string, string>[], era: number): Map<string, number> {
  const last = new Map<string, number>();
  for (const [id, key] of keys[era] ?? []) {
    if (keys[era - 1]?.get(id) === key) continue;
    let to = era;
    while (keys[to + 1]?.get(id) === key) to++;
    last.set(id, to);
  }
  return last;
}

const eraOf = ({ era = 0 }: RecordedUtterance): number => era;
