/**
 * What of somebody else's SQL may run. Three fences stand behind each other:
 *
 * 1. The engine's own parser (`formatQuerySingleLine`) must read it as exactly one statement. Its canonical spelling is
 *    what is judged here and what runs, so comments, quoting and odd spacing cannot hide a word.
 * 2. It must begin as a reading statement, and not use what the engine allows even to readers: `INTO OUTFILE` writes a
 *    file, the scalar functions below read files, resolve names or call out.
 * 3. It runs with `readonly = 1`, which refuses writes, settings, and every table function that reaches outside.
 */
export type Verdict = { ok: true; sql: string } | { ok: false; message: string };

export function judgeStatement(canonical: string | null): Verdict {
  if (canonical === null || canonical === '') return refused('Give exactly one valid SQL statement.');
  const bare = canonical.replace(QUOTED, "''").trim();
  if (!READING.test(bare)) return refused('Only SELECT, WITH, SHOW and DESCRIBE of a table are allowed.');
  if (/\bINTO OUTFILE\b/i.test(bare)) return refused('INTO OUTFILE is not allowed.');
  if (/\bPARALLEL WITH\b/i.test(bare)) return refused('PARALLEL WITH is not allowed.');
  if (/\bFORMAT [A-Za-z]\w*$/i.test(bare)) return refused('Leave FORMAT out: rows come back as JSON.');
  const call = OUTSIDE_CALL.exec(bare);
  if (call) return refused(`The function ${call[1]} is not allowed.`);
  return { ok: true, sql: canonical };
}

// In canonical spelling strings stand in single quotes and odd names in backticks, with backslash escapes.
const QUOTED = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"/gs;

// DESCRIBE of a table function would look at the file or host to find its columns.
const READING =
  /^(?:SELECT\b|WITH\b|SHOW (?:TABLES|DATABASES|COLUMNS|CREATE)\b|DESCRIBE TABLE (?:\w+|'')(?:\.(?:\w+|''))?$)/i;

const OUTSIDE_CALL =
  /\b(file|catboostEvaluate|reverseDNSQuery|sleep|sleepEachRow|ai[A-Z]\w*|AI[A-Z]\w*|dictGet\w*|joinGet\w*)\s*\(/i;

function refused(message: string): Verdict {
  return { ok: false, message };
}
