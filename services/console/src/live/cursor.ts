import { z } from 'zod';

/** Where a page stands on the alerts topic: next offset per partition, and whose eyes it saw it with. */
export interface Cursor {
  offsets: readonly number[];
  /** Fingerprint of the people then: with other teams another set of alerts is visible. */
  people: string;
}

/** What a page holds until its first set is complete. It never resumes: half a set must not pass for a whole one. */
export const UNFINISHED = 'unfinished';

const LONGEST = 8_192;
const shape = z.strictObject({ o: z.array(z.int().min(0)).min(1).max(1_024), p: z.string().max(64) });

/** Base64url of JSON, the same on every node; it holds positions only, so there is nothing to sign. */
export function encodeCursor({ offsets, people }: Cursor): string {
  return Buffer.from(JSON.stringify({ o: offsets, p: people })).toString('base64url');
}

/** Undefined for anything that was not made by `encodeCursor`. */
export function decodeCursor(text: string): Cursor | undefined {
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const { o, p } = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { offsets: o, people: p };
  } catch {
    return undefined;
  }
}
