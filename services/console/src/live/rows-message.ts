import type { Conversation } from '../state/conversation.js';
import { rowJsonOf } from '../state/conversation.js';
import { sameTexts } from '../state/same-texts.js';

/** Composes messages of rows, as bytes. */
export type RowsMessage = (rows: readonly Conversation[], removed: readonly string[], reset: boolean) => Buffer;

/**
 * Walls with the same eyes are due the same rows at the same moment, so the last message is kept: a hundred walls cost
 * the composing of one.
 */
export function createRowsMessage(): RowsMessage {
  let last: { texts: readonly string[]; removed: readonly string[]; reset: boolean; bytes: Buffer } | undefined;
  return (rows, removed, reset) => {
    if (last && last.reset === reset && sameRows(last.texts, rows) && sameTexts(last.removed, removed))
      return last.bytes;
    const texts = rows.map((conversation) => rowJsonOf(conversation) ?? '');
    const told = texts.filter((text) => text !== '').join(',');
    const text = `{"type":"conversations","reset":${reset},"rows":[${told}],"removed":${JSON.stringify(removed)}}`;
    last = { texts, removed, reset, bytes: Buffer.from(text) };
    return last.bytes;
  };
}

/** A row's text is kept with it until it changes, so equal ones are mostly the very same and compared at once. */
function sameRows(texts: readonly string[], rows: readonly Conversation[]): boolean {
  return texts.length === rows.length && rows.every((row, index) => (rowJsonOf(row) ?? '') === texts[index]);
}
