import { deriveId } from '@earshot/model';
import type { Compiled, RuleFault, RuleSet } from '../api.js';
import { type FoldTable, makeFoldTable } from '../match/fold.js';
import { buildMatcher, openMatcher } from '../match/matcher.js';
import { atomsOf, compileUnless, compileWhen, isWindowed, maskOf, type RuleContext } from './conditions.js';
import { PhraseBook } from './phrase-book.js';
import type { Condition, ProgramData, Rule, Slot } from './program.js';
import { type Path, type ReadFile, readRuleFile } from './read.js';
import { CompiledRuleSet } from './rule-set.js';
import type { RuleEntry } from './schema.js';

const MAX_RULES = 10_000;

interface Entry {
  rule: RuleEntry;
  path: Path;
  file: ReadFile;
}

/** YAML text by file name → an immutable rule set, or everything that is wrong with it. */
export function compileRuleSet(files: Readonly<Record<string, string>>): Compiled {
  const faults: RuleFault[] = [];
  const entries: Entry[] = [];
  for (const file of Object.keys(files).sort()) {
    const result = readRuleFile(file, files[file] ?? '');
    if (result.ok)
      entries.push(...result.read.rules.map((rule, i) => ({ rule, path: ['rules', i], file: result.read })));
    else faults.push(...result.faults);
  }
  faults.push(...duplicateIds(entries));
  const tooMany = entries[MAX_RULES];
  if (tooMany)
    faults.push(tooMany.file.fault(tooMany.path, 'too-many-rules', `a rule set has at most ${MAX_RULES} rules`));
  if (faults.length > 0) return { ok: false, faults };
  // The order of files and rules means nothing, so it must not show in the hash.
  entries.sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1));
  const program = assemble(entries, faults);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, ruleSet: openProgram(program) };
}

function openProgram(data: ProgramData): RuleSet {
  return new CompiledRuleSet({ ...data, matcher: openMatcher(foldTable(), data.matching) });
}

/** A rule set as plain data that another thread can take over (structured clone). */
export interface PortableRuleSet {
  readonly program: unknown;
}

export function toPortable(ruleSet: RuleSet): PortableRuleSet {
  const { matcher: _, ...program } = CompiledRuleSet.programOf(ruleSet);
  return { program };
}

/** The rule set that `toPortable` was given; from our own threads alone, for it is taken as it comes. */
export function fromPortable({ program }: PortableRuleSet): RuleSet {
  return openProgram(program as ProgramData);
}

function duplicateIds(entries: readonly Entry[]): RuleFault[] {
  const seen = new Set<string>();
  return entries.flatMap(({ rule, path, file }) => {
    if (!seen.has(rule.id)) {
      seen.add(rule.id);
      return [];
    }
    return [file.fault([...path, 'id'], 'duplicate-id', `another rule is called ${rule.id} already`)];
  });
}

function assemble(entries: readonly Entry[], faults: RuleFault[]): ProgramData {
  const phrases = new PhraseBook(foldTable());
  const slots: Slot[] = [];
  const rules = entries.map((entry, index) => compileRule(entry, index, phrases, slots, faults));
  const slotsOfPhrase: Slot[][] = phrases.texts.map(() => []);
  for (const slot of slots) for (const phrase of slot.triggers ?? []) slotsOfPhrase[phrase]?.push(slot);
  return {
    hash: deriveId('rule-set', canonical(entries.map(({ rule }) => rule))),
    rules,
    slots,
    phraseTexts: phrases.texts,
    matching: buildMatcher(phrases.folded),
    slotsOfPhrase,
    alwaysSlots: slots.filter((slot) => !slot.triggers),
    silentRules: rules.filter((rule) => rule.silent).map((rule) => rule.index),
    timedRules: rules.filter((rule) => rule.timed).map((rule) => rule.index),
    historicRules: rules.filter((rule) => rule.historic).map((rule) => rule.index),
  };
}

function compileRule(entry: Entry, index: number, phrases: PhraseBook, slots: Slot[], faults: RuleFault[]): Rule {
  const { rule, path, file } = entry;
  const roles = maskOf(rule.roles);
  const firstSlot = slots.length;
  const context: RuleContext = { rule: index, roles, scope: rule.scope, phrases, slots, faults, fault: file.fault };
  const condition = compileWhen(rule.when, [...path, 'when'], context);
  const unless = rule.unless && compileUnless(rule.unless, [...path, 'unless'], context);
  const own = slots.slice(firstSlot);
  const scopes = own.flatMap((slot) => atomsOf(slot.formula)).flatMap((atom) => atom.scope ?? []);
  const windowed = own.flatMap((slot) => atomsOf(slot.formula)).some(isWindowed);
  const parts = partsOf(condition);
  const historic = parts.some((part) => part.kind === 'history');
  if (historic && rule.topic !== undefined) {
    const message = 'a rule on history has no topic: it would count itself';
    faults.push(file.fault([...path, 'topic'], 'counts-itself', message));
  }
  const silent = parts.some((part) => part.kind === 'missing' && !part.after);
  const counts =
    parts.some((part) => 'withinUtterances' in part && part.withinUtterances !== undefined) ||
    unless?.beforeUtterances !== undefined ||
    unless?.afterUtterances !== undefined;
  return {
    index,
    id: rule.id,
    key: deriveId('rule', canonical(rule)),
    title: rule.title,
    severity: rule.severity,
    points: rule.points,
    tags: rule.tags,
    topic: rule.topic,
    roles,
    partial: rule.on === 'partial',
    only: rule.only,
    condition,
    unless,
    prompt: rule.prompt,
    source: rule.source,
    examples: rule.examples,
    slots: own,
    startBound: silent || scopes.some((scope) => !('last' in scope)),
    startTimed: silent || scopes.some((scope) => !('last' in scope) && !('first' in scope)),
    endBound: scopes.some((scope) => 'last' in scope),
    positional: counts || scopes.some((scope) => 'last' in scope || 'first' in scope),
    windowed,
    local:
      condition.kind === 'hits' && !unless && !windowed && !scopes.some((scope) => 'last' in scope || 'first' in scope),
    silent,
    timed: parts.some((part) => part.kind === 'missing'),
    historic,
  };
}

function partsOf(condition: Condition): Condition[] {
  if (condition.kind === 'and' || condition.kind === 'or') return [condition, ...condition.parts.flatMap(partsOf)];
  return condition.kind === 'not' || condition.kind === 'once' ? [condition, ...partsOf(condition.part)] : [condition];
}

/** One spelling for one content: keys sorted, what is absent left out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

let table: FoldTable | undefined;

/** A constant that takes 20 ms to make, so it is made when first needed and kept. */
function foldTable(): FoldTable {
  table ??= makeFoldTable();
  return table;
}
