import type { CaseAction } from '@earshot/model';
import type { ServerMessage, View } from '@earshot/wire/live';
import { type Connection, connect, type SocketFactory } from './connection.js';
import { createLedger, type KeyValue } from './ledger.js';
import { onMessage } from './on-message.js';
import { onPage, type PageEvent } from './on-page.js';
import { type Effect, initialState, type LiveState, type Me, type Step } from './state.js';

export interface LivePorts {
  /** Shared by the tabs of one browser profile. */
  storage: KeyValue;
  /** Of this tab alone; survives its reload. */
  tabStorage: KeyValue;
  /** True for exactly one of the tabs that ask for the same key at about the same time. */
  claimOnce(key: string): Promise<boolean>;
  /** Another tab wrote this key. Returns the way to stop listening. */
  onStorage(listener: (key: string) => void): () => void;
  openSocket: SocketFactory;
  clock: { now(): number; after(ms: number, run: () => void): () => void };
  random(): number;
  newId(): string;
  visible(): boolean;
}

export interface LiveSession {
  state(): LiveState;
  /** Called after the state changed and what must be stored has been stored. */
  subscribe(listener: () => void): () => void;
  start(): void;
  stop(): void;
  act(alertId: string, action: CaseAction): void;
  follow(conversationId: string): void;
  unfollow(conversationId: string): void;
  /** The alert stands on the page now. */
  painted(alertId: string): void;
  putAway(alertId: string): void;
  readNotice(id: string): void;
  /** Before signing out: nothing of this person stays in the browser. */
  wipe(): void;
}

/** At most this often is a burst painted; a single message is painted at once. */
const PAINT_EVERY_MS = 50;

export function createLiveSession(ports: LivePorts, person: { me: Me; view: View }): LiveSession {
  const { clock } = ports;
  const { me, view } = person;
  const ledger = createLedger(ports.storage, { staffNumber: me.staffNumber, view }, clock.now);
  const poppedKey = `popped:${me.staffNumber}:${view}`;
  const listeners = new Set<() => void>();
  const teardown: (() => void)[] = [];
  let state: LiveState = initialState(view, me, clock.now());
  let connection: Connection | undefined;
  let popping: Promise<void> = Promise.resolve();
  let paintedAtMs = 0;
  let cancelPaint: (() => void) | undefined;

  function apply(step: Step): void {
    const before = state;
    state = step.state;
    for (const effect of step.effects) run(effect);
    if (state.popped !== before.popped) keep(() => ports.tabStorage.set(poppedKey, JSON.stringify(state.popped)));
    if (state !== before) paint();
  }

  function run(effect: Effect): void {
    switch (effect.kind) {
      case 'store-alert':
        return keep(() => ledger.storeAlert(effect.alert, effect.mark));
      case 'store-mark':
        return keep(() => ledger.storeMark(effect.alertId, effect.mark, !state.alerts.has(effect.alertId)));
      case 'store-cursor':
        return keep(() => ledger.storeCursor(effect.cursor));
      case 'forget-cursor':
        return ledger.forgetCursor();
      case 'pop':
        return startPop(effect.alertId);
      case 'send':
        return connection?.send(effect.message);
      case 'hang-up':
        return connection?.close();
      case 'resubscribe':
        return page({ type: 'opened' });
    }
  }

  /** Claims run side by side; decisions are taken in order, so that what pops up keeps the order in which it came. */
  function startPop(alertId: string): void {
    const stored = ledger.read(alertId);
    if (stored) page({ type: 'marked-elsewhere', alertId, mark: stored.mark });
    const shown = stored?.mark.shown ?? false;
    const claim = shown ? Promise.resolve(false) : ports.claimOnce(`pop:${me.staffNumber}:${view}:${alertId}`);
    popping = popping.then(async () => {
      const mine = await claim;
      page({ type: 'pop-decided', alertId, mine });
    });
  }

  function paint(): void {
    if (cancelPaint) return;
    const wait = paintedAtMs + PAINT_EVERY_MS - clock.now();
    if (wait <= 0) return paintNow();
    cancelPaint = clock.after(wait, paintNow);
  }

  function paintNow(): void {
    cancelPaint = undefined;
    paintedAtMs = clock.now();
    for (const listener of listeners) listener();
  }

  function page(event: PageEvent): void {
    apply(onPage(state, event, clock.now()));
  }

  function onServer(message: ServerMessage): void {
    apply(onMessage(state, message, clock.now()));
  }

  function restorePopped(): void {
    const text = ports.tabStorage.get(poppedKey);
    const ids: unknown = text === undefined ? [] : JSON.parse(text);
    if (!Array.isArray(ids)) return;
    const popped = ids.filter((id): id is string => state.alerts.has(id) && !state.marks.get(id)?.dismissed);
    state = { ...state, popped };
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      page({ type: 'stored', ...ledger.load() });
      restorePopped();
      teardown.push(
        ports.onStorage((key) => {
          const alertId = ledger.alertIdOf(key);
          const entry = alertId === undefined ? undefined : ledger.read(alertId);
          if (entry) page({ type: 'marked-elsewhere', alertId: entry.alertId, mark: entry.mark });
        }),
      );
      connection = connect(ports, {
        onOpen: () => page({ type: 'opened' }),
        onMessage: onServer,
        onPhase: (phase) => page({ type: 'link', phase }),
        onBehind: (behindMs) => page({ type: 'behind', behindMs }),
      });
      teardown.push(() => connection?.close());
    },
    stop() {
      for (const end of teardown.splice(0).reverse()) end();
      cancelPaint?.();
    },
    act: (alertId, action) => page({ type: 'act', requestId: ports.newId(), alertId, action }),
    follow: (conversationId) => page({ type: 'follow', conversationId }),
    unfollow: (conversationId) => page({ type: 'unfollow', conversationId }),
    painted: (alertId) =>
      page({ type: 'painted', alertId, visible: ports.visible(), requestIds: [ports.newId(), ports.newId()] }),
    putAway: (alertId) => page({ type: 'put-away', alertId }),
    readNotice: (id) => page({ type: 'notice-read', id }),
    wipe: () => {
      ledger.wipe();
      ports.tabStorage.remove(poppedKey);
    },
  };
}

/** A browser that refuses to store (private window, full disk) still shows alerts; it may show one again after a reload. */
function keep(store: () => void): void {
  try {
    store();
  } catch {
    return;
  }
}
