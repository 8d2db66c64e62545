import type { ConversationRecord, Finding } from '@earshot/model';
import type { Judge, JudgeOptions, RuleSet } from '../api.js';
import type { Program, Rule } from '../language/program.js';
import { CompiledRuleSet } from '../language/rule-set.js';
import { DueQueue } from './due-queue.js';
import type { Hit } from './evaluate.js';
import { Floor } from './floor.js';
import { type Heard, hear, sameHeard, samePlace } from './heard.js';
import { type Spoken, spokenBy } from './satisfy.js';
import { decide, type RunFacts, restsBecause, type Subject, toFinding } from './verdict.js';

/** Follows one life of one conversation. Nothing is read or matched before the first question. */
export function createJudge(ruleSet: RuleSet, record: ConversationRecord, options: JudgeOptions): Judge {
  return new LiveJudge(CompiledRuleSet.programOf(ruleSet), record, options);
}

/** The batch: what stands in this record, by a fresh judge. */
export function judgeRecord(ruleSet: RuleSet, record: ConversationRecord, options: JudgeOptions): Finding[] {
  return [...createJudge(ruleSet, record, options).findings()];
}

interface Standing {
  hit: Hit;
  finding: Finding;
}

const RUN_FIELDS = [
  'resumed',
  'startedAtMs',
  'endedAtMs',
  'channel',
  'businessLine',
  'queue',
  'skillGroup',
] as const satisfies readonly (keyof RunFacts)[];

type Facts = RunFacts & { nowMs: number; latenessMs: number };

class LiveJudge implements Judge {
  private readonly floor: Floor;
  private readonly queue = new DueQueue();
  private readonly standing = new Map<number, Map<string, Standing>>();
  private readonly subject: Subject;
  /** Rules that have ever had something to decide here. */
  private readonly touched = new Set<number>();
  private readonly dirty = new Set<number>();
  /** For rules whose verdict on an utterance depends on it alone: the anchors to look at again. */
  private readonly dirtyAnchors = new Map<number, Set<string>>();
  private facts: Facts | undefined;
  private list: readonly Finding[] = Object.freeze([]);

  constructor(
    private readonly program: Program,
    private readonly record: ConversationRecord,
    private readonly options: JudgeOptions,
  ) {
    this.floor = new Floor(program);
    const { tenant, conversationId } = record;
    this.subject = { tenant, conversationId, ruleSetHash: program.hash, language: options.language ?? 'zh' };
  }

  utteranceChanged(anchor: string): void {
    if (!this.facts) return;
    const before = this.floor.get(anchor);
    const now = this.hear(anchor, before);
    if (sameHeard(before, now)) return;
    if (before) {
      this.floor.remove(before);
      this.touch(before);
    }
    if (now) {
      this.floor.add(now);
      this.touch(now);
    }
    const moved = this.countsMoved(before, now);
    for (const index of this.touched) {
      const rule = this.program.rules[index];
      if (rule?.windowed || (moved && rule?.positional)) this.dirty.add(index);
    }
  }

  private hear(anchor: string, before: Heard | undefined): Heard | undefined {
    const { utterances, scores } = this.record;
    return hear(this.program.matcher, anchor, utterances.get(anchor), before, scores?.get(anchor));
  }

  conversationChanged(): void {
    if (this.facts) this.refresh(this.facts);
  }

  findings(): readonly Finding[] {
    this.settle();
    return this.list;
  }

  nextDueMs(): number | undefined {
    this.settle();
    return this.queue.next();
  }

  private settle(): void {
    if (this.facts) this.refresh(this.facts);
    else this.open();
    if (this.dirty.size === 0 && this.dirtyAnchors.size === 0) return;
    let changed = false;
    for (const index of this.dirty) {
      this.dirtyAnchors.delete(index);
      changed = this.decideRule(this.program.rules[index] as Rule) || changed;
    }
    for (const [index, anchors] of this.dirtyAnchors) {
      const rule = this.program.rules[index] as Rule;
      for (const anchor of anchors) changed = this.decideUtterance(rule, anchor) || changed;
    }
    this.dirty.clear();
    this.dirtyAnchors.clear();
    if (!changed) return;
    const all = [...this.standing.values()].flatMap((hits) => [...hits.values()].map(({ finding }) => finding));
    this.list = Object.freeze(all.sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  private open(): void {
    this.facts = this.readFacts();
    for (const anchor of this.record.utterances.keys()) {
      const heard = this.hear(anchor, undefined);
      if (!heard) continue;
      this.floor.add(heard);
      this.touch(heard);
    }
    this.markAll(this.program.silentRules);
    this.markAll(this.program.historicRules);
  }

  private readFacts(): Facts {
    const { nowMs, startedAtMs, endedAtMs, resumed, channel, businessLine, queue, skillGroup, history } = this.record;
    const { latenessMs } = this.options;
    return { nowMs, startedAtMs, endedAtMs, resumed, channel, businessLine, queue, skillGroup, history, latenessMs };
  }

  private refresh(before: Facts): void {
    const { record } = this;
    const sameRun = RUN_FIELDS.every((field) => before[field] === record[field]);
    if (sameRun && before.nowMs === record.nowMs && before.history === record.history) return;
    this.facts = this.readFacts();
    const { silentRules, historicRules } = this.program;
    if (before.history !== record.history) this.markAll(historicRules);
    if (!sameRun) this.markAll([...this.touched, ...silentRules, ...historicRules]);
    else if (record.nowMs < before.nowMs) this.markAll(this.program.timedRules);
    this.markAll(this.queue.takeDue(record.nowMs));
  }

  private markAll(rules: Iterable<number>): void {
    for (const index of rules) this.dirty.add(index);
  }

  private touch(heard: Heard): void {
    for (const slot of heard.slots) this.mark(slot.rule, heard.anchor);
    for (const slot of this.program.alwaysSlots) if (this.floor.hears(slot, heard)) this.mark(slot.rule, heard.anchor);
  }

  private mark(index: number, anchor: string): void {
    this.touched.add(index);
    if (!this.program.rules[index]?.local) {
      this.dirty.add(index);
      return;
    }
    const anchors = this.dirtyAnchors.get(index);
    if (anchors) anchors.add(anchor);
    else this.dirtyAnchors.set(index, new Set([anchor]));
  }

  /** Whether the places of other utterances may have changed; appending does so only for counting from the end. */
  private countsMoved(before: Heard | undefined, now: Heard | undefined): boolean {
    if (this.facts?.endedAtMs !== undefined || !now) return true;
    if (before && !samePlace(before, now)) return true;
    if (before && before.open === now.open) return false;
    return !this.floor.isLatest(now);
  }

  private decideRule(rule: Rule): boolean {
    const facts = this.facts as Facts;
    const rests = restsBecause(rule, facts) !== undefined;
    const { hits, pendingMs } = rests ? { hits: [], pendingMs: undefined } : decide({ floor: this.floor, facts }, rule);
    this.queue.set(rule.index, pendingMs);
    const before = this.standing.get(rule.index);
    if (!before && hits.length === 0) return false;
    let changed = (before?.size ?? 0) !== hits.length;
    const after = new Map<string, Standing>();
    for (const hit of hits) {
      const known = before?.get(hit.anchor);
      const standing = this.stand(rule, hit, known);
      if (standing !== known) changed = true;
      after.set(hit.anchor, standing);
    }
    this.keep(rule, after);
    return changed;
  }

  private decideUtterance(rule: Rule, anchor: string): boolean {
    const facts = this.facts as Facts;
    const hits = this.standing.get(rule.index) ?? new Map<string, Standing>();
    const known = hits.get(anchor);
    const heard = this.floor.get(anchor);
    const slot = rule.condition.kind === 'hits' ? rule.condition.slot : undefined;
    const may = heard && slot && this.floor.hears(slot, heard) && restsBecause(rule, facts) === undefined;
    const spoken: Spoken | undefined = may ? spokenBy({ floor: this.floor, facts }, rule, slot, heard) : undefined;
    if (!spoken) {
      if (!known) return false;
      hits.delete(anchor);
    } else {
      const { participantId, role } = spoken.heard;
      const standing = this.stand(rule, { anchor, at: spoken, evidence: [spoken], participantId, role }, known);
      if (standing === known) return false;
      hits.set(anchor, standing);
    }
    this.keep(rule, hits);
    return true;
  }

  /** The known standing itself while it says the same. */
  private stand(rule: Rule, hit: Hit, known: Standing | undefined): Standing {
    if (known && sameHit(known.hit, hit)) return known;
    const finding = toFinding(this.subject, rule, hit, known?.finding.id);
    if (!known || JSON.stringify(known.finding) !== JSON.stringify(finding)) return { hit, finding };
    known.hit = hit;
    return known;
  }

  private keep(rule: Rule, hits: Map<string, Standing>): void {
    if (hits.size > 0) this.standing.set(rule.index, hits);
    else this.standing.delete(rule.index);
  }
}

function sameHit(a: Hit, b: Hit): boolean {
  return (
    a.dueMs === b.dueMs &&
    a.evidence.length === b.evidence.length &&
    a.evidence.every((spoken, i) => {
      const other = b.evidence[i] as Spoken;
      return spoken.heard === other.heard && spoken.reading === other.reading && spoken.slot === other.slot;
    })
  );
}
