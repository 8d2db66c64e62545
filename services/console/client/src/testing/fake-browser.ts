import type { ClientMessage, ServerMessage } from '@earshot/wire/live';
import type { SocketEvents } from '../live/connection.js';
import type { KeyValue } from '../live/ledger.js';
import type { LivePorts } from '../live/session.js';

/** One browser profile: what its tabs share. Everything happens when the test says so. */
export class FakeProfile {
  readonly storage = memory();
  readonly claims = new Set<string>();
  readonly tabs: FakeTab[] = [];

  openTab(tabStorage = memory()): FakeTab {
    const tab = new FakeTab(this, tabStorage);
    this.tabs.push(tab);
    return tab;
  }
}

export class FakeTab {
  readonly sent: ClientMessage[] = [];
  /** What was stored, sent and painted, in order. */
  readonly journal: string[] = [];
  readonly ports: LivePorts;
  nowMs = 1_000_000;
  visible = true;
  random = 0.5;
  socketsOpened = 0;
  /** The claim of this alert is answered later than those asked after it. */
  slowClaim: string | undefined;
  private events: SocketEvents | undefined;
  private timers: { atMs: number; run: () => void }[] = [];
  private storageListeners = new Set<(key: string) => void>();
  private ids = 0;

  constructor(
    profile: FakeProfile,
    readonly tabStorage: KeyValue,
  ) {
    const storage: KeyValue = {
      ...profile.storage,
      set: (key, value) => {
        this.journal.push(`store ${key}`);
        profile.storage.set(key, value);
        for (const other of profile.tabs) if (other !== this) for (const listen of other.storageListeners) listen(key);
      },
    };
    this.ports = {
      storage,
      tabStorage,
      claimOnce: async (key) => {
        if (profile.claims.has(key)) return false;
        profile.claims.add(key);
        if (this.slowClaim !== undefined && key.endsWith(this.slowClaim)) for (let i = 0; i < 8; i += 1) await null;
        return true;
      },
      onStorage: (listener) => {
        this.storageListeners.add(listener);
        return () => this.storageListeners.delete(listener);
      },
      openSocket: (events) => {
        this.socketsOpened += 1;
        this.events = events;
        return {
          send: (text) => {
            const message = JSON.parse(text) as ClientMessage;
            this.sent.push(message);
            this.journal.push(`send ${message.type}`);
          },
          close: () => undefined,
        };
      },
      clock: {
        now: () => this.nowMs,
        after: (ms, run) => {
          const timer = { atMs: this.nowMs + ms, run };
          this.timers.push(timer);
          return () => {
            this.timers = this.timers.filter((other) => other !== timer);
          };
        },
      },
      random: () => this.random,
      newId: () => `id-${profile.tabs.indexOf(this)}-${this.ids++}`,
      visible: () => this.visible,
    };
  }

  open(): void {
    this.events?.onOpen();
  }

  lose(why: 'lost' | 'signed-out' | 'refused' = 'lost'): void {
    this.events?.onEnd(why);
  }

  hear(...messages: ServerMessage[]): void {
    for (const message of messages) this.events?.onText(JSON.stringify(message));
  }

  hearRaw(text: string): void {
    this.events?.onText(text);
  }

  /** Runs what is due until then, in order. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.run();
    }
    this.nowMs = end;
  }
}

/** Lets promises that are already resolved run to their end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export function memory(): KeyValue {
  const map = new Map<string, string>();
  return {
    get: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
}
