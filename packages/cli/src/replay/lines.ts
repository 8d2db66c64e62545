import { createReadStream } from 'node:fs';
import { badInput, cannotRead } from '../failure.js';

const NEWLINE = 0x0a;
/** Longer lines are not conversations but a file of another kind. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024;

export interface Line {
  text: string;
  /** From 1. */
  number: number;
  /** Bytes read so far, for progress. */
  bytesRead: number;
}

/**
 * Lines of a UTF-8 file (`-`: standard input), one in memory at a time; empty ones are left out. Split at line feeds
 * alone: readline would also split at U+2028, which may stand inside JSON. Throws coded errors (exit code 1 or 2).
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Buffer[] = [];
  let held = 0;
  let number = 0;
  let bytesRead = 0;
  const finish = (): string => {
    number += 1;
    try {
      return decoder.decode(Buffer.concat(parts)).replace(/\r$/, '');
    } catch {
      throw badInput('not-utf8', file, number);
    } finally {
      parts = [];
      held = 0;
    }
  };
  for await (const chunk of chunksOf(file)) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, at));
      const text = finish();
      if (text.trim() !== '') yield { text, number, bytesRead: bytesRead + at + 1 };
      from = at + 1;
    }
    bytesRead += chunk.length;
    parts.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > LONGEST_LINE_BYTES) throw badInput('line-too-long', file, number + 1);
  }
  const text = finish();
  if (text.trim() !== '') yield { text, number, bytesRead };
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    throw cannotRead(file, error);
  }
}
