import { spawnSync } from 'node:child_process';

export const straceThere = spawnSync('strace', ['-V']).status === 0;

/** A command that writes every call that matters to `out`, with the whole of what was written. */
export function straceTo(out: string): string[] {
  const calls = 'trace=openat,fdatasync,fsync,msync,pwrite64,pwritev,write,writev,sendmsg,sendto';
  return ['strace', '-f', '-y', '-s', '200000', '-o', out, '-e', calls];
}

const DATA_FILE = /log\.mdb>/;
const CALL = /^\d+\s+(\w+)\((\d+)<([^>]*)>/;

/**
 * Ids whose answer was handed to the network before all of this had happened, in this order: the record was written to
 * the data file, that write was flushed, and the page that makes it count was written through (O_DSYNC).
 */
export function answeredTooEarly(trace: string, ids: readonly string[]): string[] {
  const lines = trace.split('\n');
  return ids.filter((id) => {
    const answered = lines.findIndex((line) => isSocketWrite(line) && line.includes(id));
    return answered < 0 || !durableBefore(lines.slice(0, answered), id);
  });
}

function durableBefore(lines: readonly string[], id: string): boolean {
  const through = new Set(
    lines.flatMap((line) => /openat\(.*log\.mdb", [A-Z_|]*O_DSYNC.*= (\d+)</.exec(line)?.[1] ?? []),
  );
  const isFileWrite = (line: string) =>
    ['pwrite64', 'pwritev', 'write', 'writev'].includes(CALL.exec(line)?.[1] ?? '') &&
    DATA_FILE.test(CALL.exec(line)?.[0] ?? '');
  const written = lines.findIndex((line) => isFileWrite(line) && line.includes(id));
  if (written < 0) return false;
  const flushed = lines.findIndex((line, at) => at > written && /fdatasync.*= 0$/.test(line));
  if (flushed < 0) return false;
  return lines.some((line, at) => at > flushed && isFileWrite(line) && through.has(CALL.exec(line)?.[2] ?? ''));
}

function isSocketWrite(line: string): boolean {
  const [, call = '', , target = ''] = CALL.exec(line) ?? [];
  return ['write', 'writev', 'sendmsg', 'sendto'].includes(call) && /socket:|TCP/.test(target);
}
