import { EarshotError } from '@earshot/model';

/** What a command ends with: 0 fine, 1 could not run, 2 bad input. */
export type ExitCode = 0 | 1 | 2;

/** What is wrong with a line of an input file. The line itself is never quoted: it holds what people said. */
export type LineFault =
  | 'not-utf8'
  | 'line-too-long'
  | 'not-json'
  | 'not-an-object'
  | 'id-missing'
  | 'id-twice'
  | 'channel-unknown'
  | 'turns-missing'
  | 'role-unknown'
  | 'text-missing'
  | 'time-invalid'
  | 'no-text';

/** `where`: dotted path inside the line, e.g. `turns[3].role`. */
export function badInput(code: LineFault, file: string, line: number, where?: string): EarshotError {
  const place = `${file}:${line}${where ? ` ${where}` : ''}`;
  return new EarshotError(code, place, { detail: { exitCode: 2, place } });
}

export function cannotRead(file: string, cause: unknown): EarshotError {
  if (cause instanceof EarshotError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown';
  const reason = code === 'ENOENT' ? 'file-missing' : code === 'EISDIR' ? 'file-is-folder' : 'file-unreadable';
  return new EarshotError(reason, file, { cause, detail: { exitCode: 2, place: file, code } });
}

export function keyTooShort(file: string): EarshotError {
  return new EarshotError('key-too-short', file, { detail: { exitCode: 2, place: file } });
}

/** A command that could not do its work although the input was fine. */
export function couldNot(code: string, place = '', detail: Record<string, unknown> = {}): EarshotError {
  return new EarshotError(code, place, { detail: { ...detail, exitCode: 1, place } });
}
