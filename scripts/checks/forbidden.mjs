// Words that may not stand where they stand. Each rule says why, because whoever meets it will ask.
import { isGenerated, isTest, lineAt } from './files.mjs';

/** @typedef {{ id: string, why: string, pattern: RegExp, in: (path: string) => boolean }} ForbiddenRule */

const CODE = /\.(ts|tsx|mts|mjs)$/;
const OWN = /^scripts\/checks\//;

/** @param {string} path */
const isCode = (path) => CODE.test(path) && !isGenerated(path) && !OWN.test(path);
/** @param {string} path */
const isRunByTests = (path) => isCode(path) && (isTest(path) || path === 'vitest.config.ts');
/** The helpers beside them hold the one timer that waiting with a deadline needs. @param {string} path */
const isTestFile = (path) => isCode(path) && /\.test\.tsx?$/.test(path);
/** What a person reads: catalogues, rule books, pages, messages in code, guides. */
const isRead = (/** @type {string} */ path) =>
  /^(packages|services|docs|README)/.test(path) && !OWN.test(path) && !/\.test\.tsx?$/.test(path) && !isGenerated(path);

/** @type {readonly ForbiddenRule[]} */
export const RULES = [
  {
    id: 'sleep-in-test',
    why: 'a test waits for a state with a deadline or turns a manual clock; it never sleeps',
    pattern: /\bsetTimeout\s*\(|timers\/promises|\bsleep\s*\(/g,
    in: isTestFile,
  },
  {
    id: 'only-in-test',
    why: 'one test left alone hides all others',
    pattern: /\b(?:it|test|describe)(?:\.\w+)*\.only\b/g,
    in: isRunByTests,
  },
  {
    id: 'retry-in-test',
    why: 'a retry hides a flake',
    pattern: /(?<![\w.'"])retry:\s*(?:[1-9]|\{)|--retry\b/g,
    in: (path) => path === 'vitest.config.ts' || path === 'scripts/test.mjs' || isTestFile(path),
  },
  {
    id: 'raw-html',
    why: 'transcript text is foreign input; it is painted as text',
    pattern: /dangerouslySetInnerHTML|\.innerHTML\s*=|\.outerHTML\s*=|insertAdjacentHTML|document\.write\s*\(/g,
    in: (path) => /^services\/console\//.test(path) && isCode(path),
  },
  {
    id: 'joined-sql',
    why: 'values travel as query parameters, never inside the SQL text',
    pattern: /(?:\bquery\s*:|\.(?:query|exec|command)(?:<[^>]*>)?\(|\bsql\s*:)\s*`[^`]*\$\{/g,
    in: (path) => /^(packages\/warehouse|services\/(analytics|console))\//.test(path) && isCode(path) && !isTest(path),
  },
  {
    id: 'switched-off-types',
    why: 'a hole in the types is a hole in the promise',
    pattern: /@ts-(?:ignore|nocheck)/g,
    in: isCode,
  },
  {
    id: 'unfinished',
    why: 'what is not done is an issue, not a comment',
    pattern: /\b(?:TODO|FIXME|XXX)\b/g,
    in: isCode,
  },
  { id: 'seat', why: '坐席 is the word (glossary)', pattern: /座席/g, in: isRead },
  { id: 'alarm', why: '预警 is the word (glossary)', pattern: /警报/g, in: isRead },
  { id: 'speech', why: '语句 is the word (glossary)', pattern: /话语/g, in: isRead },
  { id: 'overseer', why: '现场主管 or 班组长 is the word (glossary)', pattern: /监督者/g, in: isRead },
];

/**
 * @param {readonly import('./files.mjs').SourceFile[]} files
 * @returns {string[]}
 */
export function checkForbidden(files) {
  return files.flatMap(({ path, text }) =>
    RULES.filter((rule) => rule.in(path)).flatMap((rule) =>
      [...text.matchAll(rule.pattern)].map((hit) => `${path}:${lineAt(text, hit.index)} ${rule.id}: ${rule.why}`),
    ),
  );
}
