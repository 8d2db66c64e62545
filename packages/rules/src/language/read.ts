import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { RuleFault } from '../api.js';
import { fileSchema, type RuleEntry } from './schema.js';

const MAX_FILE_UNITS = 2_000_000;
const MAX_ALIASES = 20;
/** Conditions may be 8 deep; each level takes up to four of YAML's. */
const MAX_DEPTH = 48;
/** Far above what rules need, for brackets in texts count too. */
const MOST_OPEN = 500;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export type Path = readonly PropertyKey[];

/** A file whose shape is right, and where each of its keys stands. */
export interface ReadFile {
  file: string;
  rules: RuleEntry[];
  fault(path: Path, code: string, message: string): RuleFault;
}

export type ReadResult = { ok: true; read: ReadFile } | { ok: false; faults: RuleFault[] };

export function readRuleFile(file: string, text: string): ReadResult {
  const at = (line: number, column: number, code: string, message: string): ReadResult => ({
    ok: false,
    faults: [{ file, line, column, path: '', code, message }],
  });
  if (text.length > MAX_FILE_UNITS)
    return at(1, 1, 'too-large', `the file is larger than ${MAX_FILE_UNITS} characters`);
  if (looksLikeBomb(text)) return at(1, 1, 'too-deep', 'the file is nested too deeply');
  try {
    return readDocument(file, text);
  } catch (error) {
    // The parser descends by recursion: a bomb of brackets ends its stack.
    if (error instanceof RangeError) return at(1, 1, 'too-deep', 'the file is nested too deeply');
    return at(1, 1, 'unreadable', 'the file cannot be read as YAML');
  }
}

/** The parser needs seconds for brackets or dashes without end, so they are counted before it sees them. */
function looksLikeBomb(text: string): boolean {
  let open = 0;
  let dashes = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '[' || char === '{') open++;
    else if (char === ']' || char === '}') open = Math.max(0, open - 1);
    if (char === '-' || char === '?') dashes++;
    else if (char !== ' ') dashes = 0;
    if (open > MOST_OPEN || dashes > MOST_OPEN) return true;
  }
  return false;
}

function readDocument(file: string, text: string): ReadResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core', merge: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const fault = (path: Path, code: string, message: string): RuleFault => ({
    file,
    ...place(offsetOf(document.contents, path)),
    path: showPath(path),
    code,
    message,
  });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      file,
      ...place(error.pos[0]),
      path: '',
      code: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml',
      message: error.message,
    }));
    return { ok: false, faults };
  }
  const unsafe = findUnsafe(document.contents, (node, code, message) => ({
    file,
    ...place(node.range?.[0] ?? 0),
    path: '',
    code,
    message,
  }));
  if (unsafe) return { ok: false, faults: [unsafe] };
  const parsed = fileSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }));
  if (parsed.success) return { ok: true, read: { file, rules: parsed.data.rules, fault } };
  return { ok: false, faults: parsed.error.issues.flatMap((issue) => shapeFaults(issue, [], fault)) };
}

/** Also keeps what stands in a list as it is written: 012 and 12_3 among phrases are words, not numbers. */
function findUnsafe(
  contents: unknown,
  make: (node: Node, code: string, message: string) => RuleFault,
): RuleFault | undefined {
  let found: RuleFault | undefined;
  let aliases = 0;
  visit(contents as Node, {
    Node(key, node, path) {
      if (path.length > MAX_DEPTH * 2) found = make(node, 'too-deep', 'the file is nested too deeply');
      else if (isAlias(node) && ++aliases > MAX_ALIASES)
        found = make(node, 'too-many-aliases', 'too many YAML aliases');
      else if (key === 'key' && isScalar(node) && FORBIDDEN_KEYS.has(String(node.value))) {
        found = make(node, 'forbidden-key', `the key ${String(node.value)} is not allowed`);
      } else if (key === 'key' && !isScalar(node)) found = make(node, 'forbidden-key', 'a key must be a plain word');
      else if (isScalar(node) && isSeq(path.at(-1)) && typeof node.value !== 'string' && node.source)
        node.value = node.source;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** Unions answer with the alternative that came nearest, so that the message names the real key. */
function shapeFaults(issue: z.core.$ZodIssue, before: Path, fault: ReadFile['fault']): RuleFault[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = [...issue.errors].sort((a, b) => distance(a) - distance(b))[0] as z.core.$ZodIssue[];
    return nearest.flatMap((inner) => shapeFaults(inner, path, fault));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fault([...path, key], 'unknown-key', `unknown key ${key}`));
  }
  return [fault(path, issue.code.replaceAll('_', '-'), issue.message)];
}

/** The alternative whose keys are there and known was the one meant, whatever is wrong inside it. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  let score = 0;
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) score += 10 * issue.keys.length;
    else if (issue.path.length === 0 || issue.message.endsWith('received undefined')) score += 10;
    else score += 1;
  }
  return score;
}

/** Offset of the key at the end of the path, or of the nearest thing above it. */
function offsetOf(contents: unknown, path: Path): number {
  let node: unknown = contents;
  let offset = startOf(contents) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function showPath(path: Path): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('');
}
