import { isFinalState } from '@earshot/model';
import { emptyBasis } from './basis.js';
import type { Book } from './book.js';
import { type Conversation, hasOpenAlert } from './conversation.js';
import { emptyTranscript } from './transcript.js';

export interface KeepLimits {
  /** A row stays this long after its conversation has ended, log time. */
  afterEndMs: number;
  /** A row goes if nothing was heard for this long and no alert of it is open. */
  idleMs: number;
  /** Alerts that are over stay this long, so that a desk that was away learns how they ended. */
  alertsMs: number;
  rows: number;
  alerts: number;
  /** UTF-16 units of all transcripts together. */
  transcriptUnits: number;
}

/** Lets go of what nobody needs any more, and of the oldest where a limit is passed. Returns the rows that went. */
export function evict(book: Book, nowMs: number, limits: KeepLimits): Conversation[] {
  const rows = [...book.conversations.values()].filter(({ facts }) => facts).sort((a, b) => a.lastLogMs - b.lastLogMs);
  const surplus = rows.length - limits.rows;
  const gone = rows.filter((conversation, index) => index < surplus || isOver(conversation, nowMs, limits));
  for (const conversation of gone) dropRow(conversation);
  boundTranscripts(rows, limits.transcriptUnits);
  dropOldAlerts(book, nowMs, limits);
  for (const conversation of book.conversations.values()) {
    if (!conversation.facts && conversation.board.held.size === 0) book.remove(conversation);
  }
  return gone;
}

/** Whether a row no longer belongs on a page. */
export function isOver(conversation: Conversation, nowMs: number, limits: KeepLimits): boolean {
  const { facts, lastLogMs } = conversation;
  if (!facts) return true;
  const ended = facts.closed || facts.endedAtMs !== undefined;
  if (ended && nowMs - lastLogMs > limits.afterEndMs) return true;
  return nowMs - lastLogMs > limits.idleMs && !hasOpenAlert(conversation);
}

function dropRow(conversation: Conversation): void {
  conversation.facts = undefined;
  conversation.rowJson = undefined;
  conversation.transcript = emptyTranscript();
  conversation.basis = emptyBasis();
}

/** The words of those who have been silent longest go first. */
function boundTranscripts(rows: readonly Conversation[], limit: number): void {
  const held = rows.map((conversation) => ({ conversation, units: unitsOf(conversation) }));
  let total = held.reduce((sum, { units }) => sum + units, 0);
  for (const { conversation, units } of held) {
    if (total <= limit) return;
    conversation.transcript.lines.clear();
    conversation.transcript.dropped = true;
    conversation.basis.scores.clear();
    total -= units;
  }
}

function unitsOf({ transcript }: Conversation): number {
  let units = 0;
  for (const { text, openRevisions } of transcript.lines.values()) {
    units += text.length;
    for (const open of openRevisions) units += open.text.length;
  }
  return units;
}

function dropOldAlerts(book: Book, nowMs: number, limits: KeepLimits): void {
  const over = [...book.conversations.values()]
    .flatMap((conversation) => [...conversation.board.held.values()].map((held) => ({ conversation, held })))
    .filter(({ held }) => isFinalState(held.alert.state))
    .sort((a, b) => a.held.logMs - b.held.logMs);
  const surplus = over.length - limits.alerts;
  over.forEach(({ conversation, held }, index) => {
    if (index >= surplus && nowMs - held.logMs <= limits.alertsMs) return;
    conversation.board.held.delete(held.alert.id);
    conversation.hits = undefined;
    book.raiseFloor(held.partition, held.offset + 1);
  });
}
