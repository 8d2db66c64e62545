import type { AlertPlace } from '../state/alerts.js';
import type { Book, Change } from '../state/book.js';
import { type Conversation, hasOpenAlert } from '../state/conversation.js';
import { Audience, maySee, type Subscriber } from './audience.js';
import { hasNews } from './outbox.js';

export interface Hub {
  /** Tells whoever sees it; alerts go out with the next `flush`, rows and words with the next beats. */
  take(change: Change, place?: AlertPlace): void;
  /** Sends the alerts taken since the last flush. */
  flush(): void;
  /** Every 50 ms: words for every sixth desk, rows at each fifth beat, each second also those whose counts differ. */
  beat(): void;
  /** In one step from what is held to what comes: no alert falls in between. */
  join(subscriber: Subscriber, offsets: readonly number[] | undefined): void;
  leave(subscriber: Subscriber): void;
  follow(subscriber: Subscriber, conversation: Conversation): void;
  unfollow(subscriber: Subscriber, conversation: Conversation): void;
  rowsGone(conversations: readonly Conversation[]): void;
  /** The people of a tenant differ: nobody there is sent anything more as who they were. */
  peopleChanged(tenant: string): void;
  /** Facts of the past have been read: rows are told from here on. */
  live(): void;
}

/** Desks take turns, so that five hundred are not written to in one go. */
const DESK_EVERY_BEATS = 6;
/** All walls at once, so that they share what is composed. */
const ROWS_EVERY_BEATS = 5;
const QUIET_EVERY_BEATS = 20;

export function createHub(book: Book, isCurrent: (conversation: Conversation) => boolean): Hub {
  const audience = new Audience();
  const touched = new Set<Subscriber>();
  const quietRows = new Set<Conversation>();
  const dirtyLines = new Map<Conversation, Set<string> | 'all'>();
  /** Lines whose scores are all that is new: nothing that a desk would be told. */
  const dirtyScores = new Map<Conversation, Set<string>>();
  let catchingUp = true;
  let beats = 0;

  /** Others may see it now, or no longer. */
  function regroup(conversation: Conversation, told: number): void {
    for (const subscriber of audience.ofTenant(conversation.tenant)) {
      const before = audience.of(conversation).has(subscriber);
      const now = maySee(subscriber, conversation);
      if (now === before) continue;
      if (now) show(subscriber, conversation, told);
      else {
        audience.unsee(conversation, subscriber);
        subscriber.outbox.rowGone(conversation);
      }
    }
  }

  /** `told`: so many of its alerts are about to be sent one by one anyway. */
  function show(subscriber: Subscriber, conversation: Conversation, told: number): void {
    audience.see(conversation, subscriber);
    const { outbox } = subscriber;
    if (conversation.facts && !catchingUp) outbox.row(conversation);
    if (audience.listeners(conversation).has(subscriber)) outbox.line(conversation, 'all');
    if (conversation.board.held.size === told || !hasOpenAlert(conversation)) return;
    const newest = [...conversation.board.held.values()].reduce((a, b) => (b.offset > a.offset ? b : a));
    outbox.list(conversation, newest.partition, newest.offset);
    touched.add(subscriber);
  }

  /** A hundred walls share one list: a set of names for each of them, each second, costs more than all else here. */
  function tellRows(rows: Iterable<Conversation>): void {
    const byTenant = new Map<string, Conversation[]>();
    for (const row of rows) {
      for (const subscriber of audience.of(row)) if (subscriber.view === 'desk') subscriber.outbox.row(row);
      const known = byTenant.get(row.tenant);
      if (known) known.push(row);
      else byTenant.set(row.tenant, [row]);
    }
    for (const [tenant, those] of byTenant) {
      for (const subscriber of audience.ofTenant(tenant)) {
        if (subscriber.view === 'wall') subscriber.outbox.rowsShared(those, (row) => audience.of(row).has(subscriber));
      }
    }
  }

  function noteLines(conversation: Conversation, lines: readonly string[] | 'all'): void {
    if (lines.length === 0 || audience.listeners(conversation).size === 0) return;
    const known = dirtyLines.get(conversation);
    if (lines === 'all' || known === 'all') dirtyLines.set(conversation, 'all');
    else if (known) for (const anchor of lines) known.add(anchor);
    else dirtyLines.set(conversation, new Set(lines));
  }

  return {
    take({ conversation, agents, alerts, list, row, lines, scores = [] }, place) {
      if (agents) regroup(conversation, alerts.length);
      for (const subscriber of place ? audience.of(conversation) : []) {
        const { partition, offset } = place as AlertPlace;
        if (list) subscriber.outbox.list(conversation, partition, offset);
        else for (const id of alerts) subscriber.outbox.alert(conversation, id, partition, offset);
        touched.add(subscriber);
      }
      if (catchingUp && !place) return;
      if (row === 'urgent') for (const subscriber of audience.of(conversation)) subscriber.outbox.row(conversation);
      if (row === 'quiet') quietRows.add(conversation);
      noteLines(conversation, lines);
      if (scores.length === 0 || audience.listeners(conversation).size === 0) return;
      dirtyScores.set(conversation, new Set([...(dirtyScores.get(conversation) ?? []), ...scores]));
    },

    flush() {
      for (const subscriber of touched) subscriber.pump();
      touched.clear();
    },

    beat() {
      beats += 1;
      for (const [conversation, anchors] of dirtyLines) {
        const told = anchors === 'all' ? anchors : [...anchors];
        for (const subscriber of audience.listeners(conversation)) subscriber.outbox.line(conversation, told);
      }
      dirtyLines.clear();
      for (const [conversation, anchors] of dirtyScores) {
        for (const { view, outbox } of audience.listeners(conversation))
          if (view === 'wall') outbox.line(conversation, [...anchors]);
      }
      dirtyScores.clear();
      if (beats % QUIET_EVERY_BEATS === 0) {
        tellRows(quietRows);
        quietRows.clear();
      }
      const rows = beats % ROWS_EVERY_BEATS === 0;
      let desks = 0;
      for (const subscriber of audience.subscribers()) {
        if (rows) subscriber.outbox.dueRows();
        const turn = subscriber.view === 'wall' ? rows : desks++ % DESK_EVERY_BEATS === beats % DESK_EVERY_BEATS;
        if (turn) subscriber.pump();
      }
    },

    join(subscriber, offsets) {
      audience.join(subscriber);
      const seen = [...book.conversations.values()].filter(
        (one) => one.tenant === subscriber.principal.tenant && maySee(subscriber, one),
      );
      const rows = seen.filter((one) => one.facts && isCurrent(one));
      for (const conversation of seen) audience.see(conversation, subscriber);
      subscriber.outbox.fill(
        rows,
        seen.filter((one) => hasNews(one, offsets)),
      );
      if (subscriber.view === 'desk') for (const row of rows) subscriber.outbox.line(row, 'all');
      subscriber.pump();
    },

    leave(subscriber) {
      audience.leave(subscriber);
      touched.delete(subscriber);
    },

    follow(subscriber, conversation) {
      subscriber.follows.add(conversation.id);
      audience.listen(conversation, subscriber);
      subscriber.outbox.line(conversation, 'all');
      subscriber.pump();
    },

    unfollow(subscriber, conversation) {
      subscriber.follows.delete(conversation.id);
      if (subscriber.view === 'desk') return;
      audience.unlisten(conversation, subscriber);
      subscriber.outbox.forgetLines(conversation);
    },

    rowsGone(conversations) {
      for (const conversation of conversations) {
        quietRows.delete(conversation);
        dirtyLines.delete(conversation);
        dirtyScores.delete(conversation);
        for (const subscriber of audience.of(conversation)) subscriber.outbox.rowGone(conversation);
        if (conversation.board.held.size === 0) audience.forget(conversation);
      }
    },

    peopleChanged(tenant) {
      book.regroup(tenant);
      for (const subscriber of audience.dissolve(tenant)) {
        touched.delete(subscriber);
        subscriber.revoked();
      }
    },

    live() {
      catchingUp = false;
      const current = [...book.conversations.values()].filter((one) => one.facts && isCurrent(one));
      tellRows(current);
      for (const conversation of current) noteLines(conversation, 'all');
    },
  };
}
