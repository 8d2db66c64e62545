import type { Conversation } from '../state/conversation.js';
import { rowJsonOf } from '../state/conversation.js';

/** Composes messages of rows, as bytes. */
export type RowsMessage = (rows: readonly Conversation[], removed: readonly string[], reset: boolean) => Buffer;

/**
 * Walls with the same eyes are due the same rows at the same moment, so the last message is kept: a hundred walls cost
 * the composing of one.
 */
export function createRowsMessage(): RowsMessage {
  let last: { texts: readonly string[]; removed: readonly string[]; reset: boolean; bytes: Buffer } | undefined;
  return (rows, removed, reset) => {
    const texts = rows.flatMap((conversation) => rowJsonOf(conversation) ?? []);
    if (last && last.reset === reset && same(last.texts, texts) && same(last.removed, removed)) return last.bytes;
    const text = `{"type":"conversations","reset":${reset},"rows":[${texts.join(',')}],"removed":${JSON.stringify(removed)}}`;
    last = { texts, removed, reset, bytes: Buffer.from(text) };
    return last.bytes;
  };
}

/** A row's text is kept with it until it changes, so equal ones are mostly the very same and compared at once. */
function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
