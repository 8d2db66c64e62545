import { PARTICIPANT_ROLES, type ParticipantRole } from '@earshot/model';
import type { RuleFault } from '../api.js';
import type { PhraseBook } from './phrase-book.js';
import type { Atom, Condition, Feeling, Formula, Limits, RoleMask, Slot, Unless } from './program.js';
import type { Path } from './read.js';
import type {
  ConditionNode,
  FeelingNode,
  HistoryNode,
  PhraseEntry,
  PhrasesEntry,
  PhrasesNode,
  Scope,
  UnlessEntry,
} from './schema.js';

const MAX_DEPTH = 8;

export function maskOf(roles: readonly ParticipantRole[]): RoleMask {
  return roles.reduce((mask, role) => mask | (1 << PARTICIPANT_ROLES.indexOf(role)), 0);
}

/** What the conditions of one rule share while they are compiled. */
export interface RuleContext {
  rule: number;
  roles: RoleMask;
  scope?: Scope;
  phrases: PhraseBook;
  slots: Slot[];
  faults: RuleFault[];
  fault(path: Path, code: string, message: string): RuleFault;
}

export function compileWhen(node: ConditionNode, path: Path, context: RuleContext): Condition {
  const condition = compileCondition(node, path, context, 1);
  if (!carries(condition)) {
    context.faults.push(
      context.fault(path, 'gives-no-hits', 'a not over the conversation needs a companion in an and'),
    );
  }
  return condition;
}

export function compileUnless(entry: UnlessEntry, path: Path, context: RuleContext): Unless {
  const { beforeSeconds, afterSeconds, beforeUtterances, afterUtterances, ...node } = entry;
  return {
    slot: addSlot(compileAtom(node, path, context), context),
    beforeMs: toMs(beforeSeconds),
    afterMs: toMs(afterSeconds),
    beforeUtterances,
    afterUtterances,
  };
}

function compileCondition(node: ConditionNode, path: Path, context: RuleContext, depth: number): Condition {
  if (depth > MAX_DEPTH) {
    context.faults.push(context.fault(path, 'too-deep', `conditions are at most ${MAX_DEPTH} levels deep`));
    return { kind: 'or', parts: [] };
  }
  if (isOnUtterance(node)) return { kind: 'hits', slot: slotFor(node, path, context, depth) };
  const slot = (inner: ConditionNode, ...steps: string[]) => slotFor(inner, [...path, ...steps], context, depth + 1);
  const part = (inner: ConditionNode, ...steps: PropertyKey[]) =>
    compileCondition(inner, [...path, ...steps], context, depth + 1);
  if ('then' in node) {
    const { first, next } = node.then;
    return {
      kind: 'then',
      first: slot(first, 'then', 'first'),
      next: slot(next, 'then', 'next'),
      ...limitsOf(node.then),
    };
  }
  if ('count' in node) {
    const { of, atLeast } = node.count;
    return { kind: 'count', of: slot(of, 'count', 'of'), atLeast, ...limitsOf(node.count) };
  }
  if ('missing' in node) {
    const { expect, after, withinSeconds } = node.missing;
    return {
      kind: 'missing',
      expect: slot(expect, 'missing', 'expect'),
      withinMs: withinSeconds * 1000,
      after: after && slot(after, 'missing', 'after'),
      role: onlyRole(expect),
    };
  }
  if ('history' in node) return compileHistory(node.history);
  if ('once' in node) {
    const inner = part(node.once, 'once');
    if (!carries(inner))
      context.faults.push(context.fault([...path, 'once'], 'gives-no-hits', 'once needs a condition that gives hits'));
    return { kind: 'once', part: inner };
  }
  if ('not' in node) return { kind: 'not', part: part(node.not, 'not') };
  if ('or' in node) return { kind: 'or', parts: node.or.map((inner, i) => part(inner, 'or', i)) };
  return { kind: 'and', parts: compileAnd((node as { and: ConditionNode[] }).and, path, context, depth) };
}

function compileHistory(history: HistoryNode['history']): Condition {
  if ('contacts' in history) return { kind: 'history', of: 'customer', ...history.contacts };
  if ('agentFindings' in history) {
    const { tag, atLeast } = history.agentFindings;
    return { kind: 'history', of: 'agent', name: tag, atLeast };
  }
  const { topic, atLeast } = history.topicConversations;
  return { kind: 'history', of: 'topic', name: topic, atLeast };
}

/** The utterance conditions of a mixed `and` become one, in the place of the first of them. */
function compileAnd(nodes: readonly ConditionNode[], path: Path, context: RuleContext, depth: number): Condition[] {
  const formulas = nodes.map((node, i) =>
    isOnUtterance(node) ? compileFormula(node, [...path, 'and', i], context, depth + 1) : undefined,
  );
  const same = formulas.filter((formula) => formula !== undefined);
  const firstOf = formulas.findIndex((formula) => formula !== undefined);
  return nodes.flatMap((node, i) => {
    if (i === firstOf)
      return [{ kind: 'hits', slot: addSlot({ kind: 'and', parts: same }, context) } satisfies Condition];
    return formulas[i] ? [] : [compileCondition(node, [...path, 'and', i], context, depth + 1)];
  });
}

function slotFor(node: ConditionNode, path: Path, context: RuleContext, depth: number): Slot {
  if (!isOnUtterance(node)) {
    context.faults.push(
      context.fault(path, 'utterance-condition-expected', 'only conditions on one utterance may stand here'),
    );
    return addSlot({ kind: 'or', parts: [] }, context);
  }
  return addSlot(compileFormula(node, path, context, depth), context);
}

function addSlot(formula: Formula, context: RuleContext): Slot {
  const marks = new Set(marksOf(formula));
  const scoped = atomsOf(formula).some((atom) => atom.scope !== undefined || isWindowed(atom));
  const { slots, rule } = context;
  const slot: Slot = { index: slots.length, rule, formula, triggers: triggersOf(formula), scoped, marks };
  context.slots.push(slot);
  return slot;
}

function compileFormula(node: ConditionNode, path: Path, context: RuleContext, depth: number): Formula {
  if (depth > MAX_DEPTH) {
    context.faults.push(context.fault(path, 'too-deep', `conditions are at most ${MAX_DEPTH} levels deep`));
    return { kind: 'or', parts: [] };
  }
  if ('phrases' in node) return compileAtom(node, path, context);
  if ('sentiment' in node) return compileFeeling(node, path, context);
  if ('not' in node) return { kind: 'not', part: compileFormula(node.not, [...path, 'not'], context, depth + 1) };
  const [kind, parts] =
    'and' in node ? (['and', node.and] as const) : (['or', (node as { or: ConditionNode[] }).or] as const);
  return { kind, parts: parts.map((part, i) => compileFormula(part, [...path, kind, i], context, depth + 1)) };
}

function compileAtom(node: PhrasesNode, path: Path, context: RuleContext): Atom {
  const { roles, scope } = compilePlace(node, context.roles, path, context);
  const sets: Exclude<PhrasesEntry, unknown[]> = Array.isArray(node.phrases) ? { any: node.phrases } : node.phrases;
  const list = (entries: readonly PhraseEntry[] | undefined, ...steps: string[]) =>
    entries &&
    context.phrases.indexes(entries, [...path, 'phrases', ...(Array.isArray(node.phrases) ? [] : steps)], context);
  return {
    kind: 'phrases',
    roles,
    scope,
    any: list(sets.any, 'any'),
    all: list(sets.all, 'all'),
    none: list(sets.none, 'none'),
    atLeast: sets.atLeast && { count: sets.atLeast.count, of: list(sets.atLeast.of, 'atLeast', 'of') ?? [] },
  };
}

function compileFeeling(node: FeelingNode, path: Path, context: RuleContext): Feeling {
  const { of, atLeast, below, risesBy, overTurns = 1 } = node.sentiment;
  const customers = context.roles & maskOf(['customer']);
  const thousandths = (share: number) => Math.round(share * 1000);
  const asked =
    atLeast !== undefined
      ? ({ is: 'at-least', value: thousandths(atLeast) } as const)
      : below !== undefined
        ? ({ is: 'below', value: thousandths(below) } as const)
        : ({ is: 'rises-by', value: thousandths(risesBy ?? 0) } as const);
  return {
    kind: 'sentiment',
    ...compilePlace(node, customers || context.roles, path, context),
    of,
    turns: overTurns,
    ...asked,
  };
}

/** Whom a condition on an utterance hears, and where it looks. */
function compilePlace(
  node: PhrasesNode | FeelingNode,
  unnamed: RoleMask,
  path: Path,
  context: RuleContext,
): { roles: RoleMask; scope?: Scope } {
  const roles = node.roles ? maskOf(node.roles) : unnamed;
  if ((roles & ~context.roles) !== 0) {
    context.faults.push(
      context.fault([...path, 'roles'], 'role-not-heard', 'the rule does not hear this role: add it to its roles'),
    );
  }
  const scope = node.scope ?? context.scope;
  if (scope && 'fromSeconds' in scope && 'toSeconds' in scope && (scope.fromSeconds ?? 0) >= (scope.toSeconds ?? 0)) {
    context.faults.push(
      context.fault([...path, 'scope'], 'empty-window', 'toSeconds must be greater than fromSeconds'),
    );
  }
  return { roles, scope };
}

export function isWindowed(atom: Atom | Feeling): boolean {
  return atom.kind === 'sentiment' && atom.turns > 1;
}

function triggersOf(formula: Formula): readonly number[] | undefined {
  if (formula.kind === 'phrases') return formula.all?.slice(0, 1) ?? formula.any ?? formula.atLeast?.of;
  if (formula.kind === 'not' || formula.kind === 'sentiment') return undefined;
  const parts = formula.parts.map(triggersOf);
  if (formula.kind === 'or')
    return parts.includes(undefined) ? undefined : [...new Set(parts.flatMap((part) => part ?? []))];
  return parts.filter((part) => part !== undefined).sort((a, b) => a.length - b.length)[0];
}

export function atomsOf(formula: Formula): (Atom | Feeling)[] {
  if (formula.kind === 'phrases' || formula.kind === 'sentiment') return [formula];
  return formula.kind === 'not' ? atomsOf(formula.part) : formula.parts.flatMap(atomsOf);
}

function marksOf(formula: Formula): number[] {
  if (formula.kind === 'phrases')
    return [...(formula.any ?? []), ...(formula.all ?? []), ...(formula.atLeast?.of ?? [])];
  return formula.kind === 'not' || formula.kind === 'sentiment' ? [] : formula.parts.flatMap(marksOf);
}

function isOnUtterance(node: ConditionNode): boolean {
  if ('phrases' in node || 'sentiment' in node) return true;
  if ('and' in node) return node.and.every(isOnUtterance);
  if ('or' in node) return node.or.every(isOnUtterance);
  return 'not' in node && isOnUtterance(node.not);
}

/** Whether the condition can have hits, not only hold. */
function carries(condition: Condition): boolean {
  if (condition.kind === 'not') return false;
  if (condition.kind === 'and') return condition.parts.some(carries);
  if (condition.kind === 'or') return condition.parts.every(carries);
  return true;
}

function onlyRole(node: ConditionNode): ParticipantRole | undefined {
  return ('phrases' in node || 'sentiment' in node) && node.roles?.length === 1 ? node.roles[0] : undefined;
}

function limitsOf(entry: { withinSeconds?: number; withinUtterances?: number }): Limits {
  return { withinMs: toMs(entry.withinSeconds), withinUtterances: entry.withinUtterances };
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
