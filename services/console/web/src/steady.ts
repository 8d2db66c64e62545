import type { ConversationRow } from '@earshot/wire/live';
import { useRef } from 'react';
import { sortedRows } from '../../client/src/live/select.js';

/**
 * Rows by risk; while held (the pointer is over them) each keeps its place, so that nothing slides away under a click.
 * New ones wait at the end: what is urgent also stands in the inbox, which is never held.
 */
export function useSteadyRows(rows: ReadonlyMap<string, ConversationRow>, held: boolean): ConversationRow[] {
  const order = useRef<string[]>([]);
  if (!held) {
    const sorted = sortedRows(rows);
    order.current = sorted.map((row) => row.conversationId);
    return sorted;
  }
  return steady(order.current, rows);
}

export function steady(order: readonly string[], rows: ReadonlyMap<string, ConversationRow>): ConversationRow[] {
  const known = new Set(order);
  const kept = order.flatMap((id) => rows.get(id) ?? []);
  const fresh = sortedRows(new Map([...rows].filter(([id]) => !known.has(id))));
  return [...kept, ...fresh];
}
