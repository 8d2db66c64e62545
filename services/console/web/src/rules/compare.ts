import { isMap, isNode, isSeq, parseDocument } from 'yaml';
import type { Files, Text } from './api.js';
import { type DiffLine, diffLines } from './diff-lines.js';

/** One rule as it stands in a file. */
export interface WrittenRule {
  id: string;
  title: Text;
  file: string;
  /** Its own lines, moved to the left edge. */
  text: string;
  fields: Readonly<Record<string, unknown>>;
}

export interface RuleChange {
  kind: 'added' | 'removed' | 'changed';
  rule: WrittenRule;
  /** Keys of the rule whose content differs; empty unless changed. */
  fields: string[];
  lines: DiffLine[];
}

/** What differs between two sets by what is written in each rule, not by its place, its file or its spelling. */
export function compareRules(before: Files, after: Files): RuleChange[] {
  const old = writtenRules(before);
  const now = writtenRules(after);
  const added = [...now.values()].flatMap((rule): RuleChange[] =>
    old.has(rule.id) ? [] : [{ kind: 'added', rule, fields: [], lines: diffLines('', rule.text) }],
  );
  const removed = [...old.values()].flatMap((rule): RuleChange[] =>
    now.has(rule.id) ? [] : [{ kind: 'removed', rule, fields: [], lines: diffLines(rule.text, '') }],
  );
  const changed = [...now.values()].flatMap((rule): RuleChange[] => {
    const former = old.get(rule.id);
    const fields = former ? changedFields(former, rule) : [];
    return former && fields.length > 0
      ? [{ kind: 'changed', rule, fields, lines: diffLines(former.text, rule.text) }]
      : [];
  });
  return [...added, ...changed, ...removed];
}

/** By id, in the order of the files. The server has checked the files: what is not a rule here is passed over. */
export function writtenRules(files: Files): Map<string, WrittenRule> {
  const rules = new Map<string, WrittenRule>();
  for (const [file, yaml] of Object.entries(files)) {
    const document = parseDocument(yaml, { schema: 'core', merge: false });
    const list = isMap(document.contents) ? document.contents.get('rules') : undefined;
    if (!isSeq(list)) continue;
    for (const item of list.items) {
      if (!isNode(item) || !item.range) continue;
      const fields: unknown = item.toJS(document, { maxAliasCount: 1_000 });
      if (!isRule(fields)) continue;
      const text = atLeftEdge(yaml, item.range[0], item.range[1]);
      rules.set(fields.id, { id: fields.id, title: fields.title, file, text, fields });
    }
  }
  return rules;
}

function isRule(value: unknown): value is { id: string; title: Text } & Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function atLeftEdge(yaml: string, start: number, end: number): string {
  const indent = start - (yaml.lastIndexOf('\n', start - 1) + 1);
  const [first = '', ...rest] = yaml.slice(start, end).trimEnd().split('\n');
  return [first, ...rest.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line))].join('\n');
}

function changedFields(before: WrittenRule, after: WrittenRule): string[] {
  const keys = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  return [...keys].filter((key) => canonical(before.fields[key]) !== canonical(after.fields[key]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
