import type { ParticipantRole, Severity } from '@earshot/model';
import { severityRank } from '@earshot/model/vocabulary';
import type { Language } from '../../../client/src/words/translate.js';
import type { Hits, Rule, RuleHits, Text } from './api.js';

/** A rule in force, or one that is gone and has still hit in the last days. */
export interface RuleRow {
  id: string;
  title: string;
  /** Absent: no longer in force. */
  rule?: Rule;
  hits?: RuleHits;
}

export interface RuleFilter {
  q: string;
  severity?: Severity;
  tag?: string;
  role?: ParticipantRole;
  show: 'all' | 'hit' | 'quiet';
}

export const SORTS = ['severity', 'findings', 'conversations', 'last'] as const;
export type RuleSort = (typeof SORTS)[number];

export function textIn(text: Text, language: Language): string {
  if (typeof text === 'string') return text;
  return (language === 'en' ? (text.en ?? text.zh) : (text.zh ?? text.en)) ?? '';
}

export function ruleRows(rules: readonly Rule[], hits: Hits | undefined, language: Language): RuleRow[] {
  const byRule = new Map((hits?.rules ?? []).map((one) => [one.ruleId, one]));
  const rows = rules.map((rule): RuleRow => {
    const own = byRule.get(rule.id);
    byRule.delete(rule.id);
    return { id: rule.id, title: textIn(rule.title, language), rule, ...(own ? { hits: own } : {}) };
  });
  return [...rows, ...[...byRule.values()].map((own) => ({ id: own.ruleId, title: own.title, hits: own }))];
}

/** Every word of the search must stand somewhere in the rule, its prompt and source included. */
export function filtered(rows: readonly RuleRow[], filter: RuleFilter): RuleRow[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ id, title, rule, hits }) => {
    if (filter.severity && rule?.severity !== filter.severity) return false;
    if (filter.tag && !rule?.tags.includes(filter.tag)) return false;
    if (filter.role && !rule?.roles.includes(filter.role)) return false;
    if (filter.show !== 'all' && (filter.show === 'hit') !== (hits?.findings ?? 0) > 0) return false;
    if (words.length === 0) return true;
    const texts = rule ? [rule.title, rule.prompt.what, rule.prompt.next, ...rule.prompt.say].flatMap(inAll) : [];
    const all = [id, title, ...texts, ...(rule?.tags ?? []), rule?.source ?? ''].join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The highest first; of equals the more severe, then by id, so that nothing changes places for nothing. */
export function sorted(rows: readonly RuleRow[], sort: RuleSort): RuleRow[] {
  const value = (row: RuleRow): number => {
    if (sort === 'severity') return rank(row);
    if (sort === 'last') return row.hits?.lastAtMs ?? 0;
    return row.hits?.[sort] ?? 0;
  };
  return [...rows].sort(
    (a, b) =>
      value(b) - value(a) ||
      rank(b) - rank(a) ||
      (b.hits?.findings ?? 0) - (a.hits?.findings ?? 0) ||
      (a.id < b.id ? -1 : 1),
  );
}

export function tagsOf(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap((rule) => rule.tags))].sort((a, b) => a.localeCompare(b, 'zh'));
}

function inAll(text: Text): string[] {
  return typeof text === 'string' ? [text] : [text.zh ?? '', text.en ?? ''];
}

function rank({ rule }: RuleRow): number {
  return rule ? severityRank(rule.severity) : -1;
}
