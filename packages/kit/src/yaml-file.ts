import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** Where a mistake is; line and column count from 1. */
export interface YamlFault {
  file: string;
  line: number;
  column: number;
  /** Dotted path of the key, e.g. `people[3].unit`. */
  path: string;
  code: string;
  message: string;
}

export interface PathFault {
  path: (string | number)[];
  code: string;
  message: string;
}

export type ParsedYaml<T> = { ok: true; data: T } | { ok: false; faults: YamlFault[] };

const LONGEST_FILE = 16 * 1024 * 1024;

/** Reads a YAML file that people write. Never throws: every mistake comes back with its place. */
export function parseYamlFile<T>(
  yaml: string,
  file: string,
  schema: z.ZodType<T>,
  crossCheck: (data: T) => PathFault[],
): ParsedYaml<T> {
  if (yaml.length > LONGEST_FILE) return refuse(file, 'too-large', 'the file is larger than 16 MB');
  const lines = new LineCounter();
  // Failsafe: every scalar is a string, so the staff number 0012 keeps its zeros.
  const document = parseDocument(yaml, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      const message = YAML_SENTENCES[error.code] ?? error.code;
      return { file, line, column: col, path: '', code: 'yaml-broken', message };
    });
    return { ok: false, faults };
  }
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 100 });
  } catch {
    return refuse(file, 'yaml-aliases', 'too many aliases');
  }
  const parsed = schema.safeParse(values);
  const found: PathFault[] = parsed.success
    ? crossCheck(parsed.data)
    : parsed.error.issues.map((issue) => ({ path: issue.path as PathFault['path'], ...explain(issue) }));
  if (!parsed.success || found.length > 0) {
    return { ok: false, faults: found.map((fault) => place(fault, document, lines, file)) };
  }
  return { ok: true, data: parsed.data };
}

const YAML_SENTENCES: Record<string, string> = {
  DUPLICATE_KEY: 'this key is there twice',
  BAD_INDENT: 'this line is not indented like its neighbours',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  MULTIPLE_DOCS: 'only one document a file',
};

function explain(issue: { code: string; message: string; keys?: string[] }): { code: string; message: string } {
  if (issue.code === 'unrecognized_keys') return { code: 'key-unknown', message: `unknown: ${issue.keys?.join(', ')}` };
  return { code: 'value-invalid', message: issue.message };
}

/** The place of the deepest node on the path that exists: of a missing key, the map that lacks it. */
function place(fault: PathFault, document: Document, lines: LineCounter, file: string): YamlFault {
  let offset = 0;
  for (let length = fault.path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(fault.path.slice(0, length), true);
    if (isNode(node) && node.range) {
      offset = node.range[0];
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  const path = fault.path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );
  return { file, line: Math.max(1, line), column: Math.max(1, col), path, code: fault.code, message: fault.message };
}

function refuse(file: string, code: string, message: string): { ok: false; faults: YamlFault[] } {
  return { ok: false, faults: [{ file, line: 1, column: 1, path: '', code, message }] };
}
