import { type Alert, compareVersions } from '@earshot/model';
import type { ServerMessage } from '@earshot/wire/live';
import type { Book } from '../state/book.js';
import { type Conversation, hasOpenAlert, linesOf } from '../state/conversation.js';
import { encodeCursor, UNFINISHED } from './cursor.js';
import { type NameTag, staffOfAlert } from './names.js';
import type { RowsMessage } from './rows-message.js';

interface PendingAlert {
  conversation: Conversation;
  /** Absent: the whole list of the conversation. */
  alertId?: string;
  partition: number;
  offset: number;
}

type Sees = (conversation: Conversation) => boolean;

/** Four such messages a second carry 800 rows, more than finish a sentence in a centre of 1,500 calls. */
const ROWS_PER_MESSAGE = 200;
/** Of a page that takes none: beyond this they are held by name. */
const SHARED_LISTS = 4;
const LINES_PER_MESSAGE = 100;
/** UTF-16 units of text after which a message takes no further line. */
const UNITS_PER_MESSAGE = 16 * 1024;

/**
 * What one page has still to be told, as references to what is held anyway: a page that takes nothing costs a few
 * sets of names, and gets the newest state of each thing once it takes again.
 */
export class Outbox {
  private readonly alerts = new Map<string, PendingAlert>();
  private readonly waiting: number[];
  private readonly sent: number[];
  private readonly rows = new Set<Conversation>();
  private readonly shared: { rows: readonly Conversation[]; sees: Sees; taken: number }[] = [];
  private readonly removed = new Set<string>();
  private readonly lines = new Map<Conversation, Set<string> | 'all'>();
  private fillRows: Conversation[] | undefined;
  private rowsReset = false;
  private fillLists: Conversation[] = [];
  private filling = true;
  /** Composed, and waiting for the names of those it mentions to go first. */
  private held: string | Buffer | undefined;
  private rowsDue = false;

  constructor(
    private readonly book: Book,
    private readonly options: {
      people: string;
      /** The cursor that the page came with: what it holds until everything since then has been sent. */
      cursor?: string;
      rowsMessage: RowsMessage;
      names: NameTag;
      /** Whether lines say what was felt in them. */
      scores?: boolean;
    },
  ) {
    this.waiting = book.next.map(() => 0);
    this.sent = [...book.next];
  }

  /** Everything a page needs before what follows is live. */
  fill(rows: Conversation[], lists: Conversation[]): void {
    this.fillRows = rows;
    this.rowsReset = true;
    this.fillLists = lists;
  }

  /** Later states overtake waiting earlier ones, at the end of the queue: versions rise on each desk. */
  alert(conversation: Conversation, alertId: string, partition: number, offset: number): void {
    const list = listKey(conversation);
    if (this.alerts.has(list)) this.enqueue(list, { conversation, partition, offset });
    else this.enqueue(`a:${alertId}`, { conversation, alertId, partition, offset });
  }

  list(conversation: Conversation, partition: number, offset: number): void {
    for (const [key, pending] of this.alerts) {
      if (pending.conversation === conversation) this.dequeue(key, pending);
    }
    this.enqueue(listKey(conversation), { conversation, partition, offset });
  }

  row(conversation: Conversation): void {
    this.rows.add(conversation);
    this.removed.delete(conversation.id);
  }

  /** Rows that many pages are told of at once, one list for all; those that `sees` denies when their turn comes stay out. */
  rowsShared(rows: readonly Conversation[], sees: Sees): void {
    this.shared.push({ rows, sees, taken: 0 });
    if (this.shared.length <= SHARED_LISTS) return;
    for (const list of this.shared.splice(0)) {
      for (const row of list.rows.slice(list.taken)) if (row.facts && list.sees(row)) this.row(row);
    }
  }

  rowGone(conversation: Conversation): void {
    this.rows.delete(conversation);
    this.lines.delete(conversation);
    this.removed.add(conversation.id);
  }

  line(conversation: Conversation, anchors: readonly string[] | 'all'): void {
    const known = this.lines.get(conversation);
    if (anchors === 'all' || known === 'all') this.lines.set(conversation, 'all');
    else if (known) for (const anchor of anchors) known.add(anchor);
    else this.lines.set(conversation, new Set(anchors));
  }

  forgetLines(conversation: Conversation): void {
    this.lines.delete(conversation);
  }

  /** One message of rows may go: this is how often a wall changes. */
  dueRows(): void {
    this.rowsDue = true;
  }

  /** The next message to send, most urgent first; undefined: nothing to say now. */
  next(): string | Buffer | undefined {
    const text =
      this.held ??
      this.nextAlert() ??
      this.nextFilling() ??
      (this.filling ? undefined : (this.nextLines() ?? this.nextRows()));
    const names = this.held === undefined ? this.options.names.news() : undefined;
    this.held = names === undefined ? undefined : text;
    return names ?? text;
  }

  private nextAlert(): string | undefined {
    for (const [key, pending] of this.alerts) {
      this.dequeue(key, pending);
      this.sent[pending.partition] = pending.offset + 1;
      const text = this.compose(pending);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  private compose({ conversation, alertId }: PendingAlert): string | undefined {
    if (alertId === undefined) return this.listText(conversation);
    const held = conversation.board.held.get(alertId);
    if (!held) return undefined;
    held.json ??= JSON.stringify(held.alert);
    this.options.names.mention(staffOfAlert(held.alert));
    return `{"type":"alert","alert":${held.json},"cursor":"${this.cursor()}"}`;
  }

  private listText(conversation: Conversation): string {
    const alerts = [...conversation.board.held.values()].map(({ alert }) => alert);
    alerts.sort(asRaised);
    this.options.names.mention(alerts.flatMap(staffOfAlert));
    return JSON.stringify({
      type: 'alert-list',
      conversationId: conversation.id,
      asOf: conversation.board.knownTo,
      alerts,
      cursor: this.cursor(),
    } satisfies ServerMessage);
  }

  private nextFilling(): string | Buffer | undefined {
    if (!this.filling) return undefined;
    if (this.fillRows) {
      const chunk = this.fillRows.splice(0, ROWS_PER_MESSAGE);
      const reset = this.rowsReset;
      this.rowsReset = false;
      if (this.fillRows.length === 0) this.fillRows = undefined;
      return this.rowsMessage(chunk, [], reset);
    }
    const next = this.fillLists.shift();
    if (next) return this.listText(next);
    this.filling = false;
    return JSON.stringify({ type: 'caught-up', cursor: this.cursor() } satisfies ServerMessage);
  }

  private nextRows(): Buffer | undefined {
    if (!this.rowsDue || this.rows.size + this.shared.length + this.removed.size === 0) return undefined;
    const rows = take(this.rows, ROWS_PER_MESSAGE);
    this.takeShared(rows);
    const removed = take(this.removed, 10 * ROWS_PER_MESSAGE);
    if (rows.length + removed.length === 0) return undefined;
    this.rowsDue = false;
    return this.rowsMessage(rows, removed, false);
  }

  private takeShared(into: Conversation[]): void {
    for (let list = this.shared[0]; list; list = this.shared[0]) {
      for (; list.taken < list.rows.length; list.taken += 1) {
        if (into.length === ROWS_PER_MESSAGE) return;
        const row = list.rows[list.taken];
        if (row?.facts && list.sees(row)) into.push(row);
      }
      this.shared.shift();
    }
  }

  private rowsMessage(rows: readonly Conversation[], removed: readonly string[], reset: boolean): Buffer {
    for (const { facts } of rows) if (facts) this.options.names.mention(facts.agents);
    return this.options.rowsMessage(rows, removed, reset);
  }

  private nextLines(): string | undefined {
    for (const [conversation, anchors] of this.lines) {
      this.lines.delete(conversation);
      const all = anchors === 'all';
      const lines = linesOf(conversation, all ? undefined : anchors, { scores: this.options.scores ?? false });
      if (lines.length === 0 && !all) continue;
      const rest = lines.splice(fitting(lines));
      if (rest.length > 0) this.lines.set(conversation, new Set(rest.map((line) => `u:${line.leg}:${line.segment}`)));
      return JSON.stringify({
        type: 'transcript',
        conversationId: conversation.id,
        reset: all,
        lines,
      } satisfies ServerMessage);
    }
    return undefined;
  }

  /** All below it has been sent, partition by partition; a record that is still waiting stays above. */
  private cursor(): string {
    if (this.filling) return this.options.cursor ?? UNFINISHED;
    const offsets = this.book.next.map((next, partition) =>
      this.waiting[partition] ? (this.sent[partition] ?? 0) : next,
    );
    return encodeCursor({ offsets, people: this.options.people });
  }

  private enqueue(key: string, pending: PendingAlert): void {
    const before = this.alerts.get(key);
    if (before) this.dequeue(key, before);
    if (!this.waiting[pending.partition]) this.sent[pending.partition] = before?.offset ?? pending.offset;
    this.alerts.set(key, pending);
    this.waiting[pending.partition] = (this.waiting[pending.partition] ?? 0) + 1;
  }

  private dequeue(key: string, pending: PendingAlert): void {
    this.alerts.delete(key);
    this.waiting[pending.partition] = (this.waiting[pending.partition] ?? 1) - 1;
  }
}

/** Whether a page that stood at `offsets` must hear of this conversation's alerts; without, everything open. */
export function hasNews(conversation: Conversation, offsets: readonly number[] | undefined): boolean {
  if (hasOpenAlert(conversation)) return true;
  if (!offsets) return false;
  for (const { partition, offset } of conversation.board.held.values())
    if (offset >= (offsets[partition] ?? 0)) return true;
  return false;
}

function listKey(conversation: Conversation): string {
  return `l:${conversation.id}`;
}

/** How many lines go into one message; at least one. */
function fitting(lines: readonly { text: string }[]): number {
  let units = 0;
  for (const [index, { text }] of lines.entries()) {
    units += text.length;
    if (index === LINES_PER_MESSAGE || (index > 0 && units > UNITS_PER_MESSAGE)) return index;
  }
  return lines.length;
}

function take<T>(from: Set<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of from) {
    if (taken.length === count) break;
    taken.push(item);
    from.delete(item);
  }
  return taken;
}

/** A page that was away shows them as they came, whatever has become of them since. */
function asRaised(a: Alert, b: Alert): number {
  const { judgedMs = 0, spokenMs } = a.timeline;
  return (
    judgedMs - (b.timeline.judgedMs ?? 0) || spokenMs - b.timeline.spokenMs || compareVersions(a.version, b.version)
  );
}
