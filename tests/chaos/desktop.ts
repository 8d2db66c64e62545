import type { Alert } from '@earshot/model';
import { WebSocket } from 'ws';
import type { SocketEvents } from '../../services/console/client/src/live/connection.js';
import type { KeyValue } from '../../services/console/client/src/live/ledger.js';
import { createLiveSession, type LiveSession } from '../../services/console/client/src/live/session.js';
import { keyOfAlert } from '../load/expectations.js';

export interface DesktopOptions {
  /** Resolves to the console's address as soon as there is one. */
  where(): Promise<string>;
  /** The session's cookie, `name=value`. */
  cookie: string;
  staffNumber: string;
  view: 'wall' | 'desk';
  /** The wrong receiver: keeps nothing between connections, and tells nobody what it has shown. */
  forgets?: boolean;
  onShown?(alert: Alert, atMs: number): void;
}

/** The page without a browser: the very code that runs in it, over a store that outlives reloads. */
export class Desktop {
  /** Every time an alert popped up, in order. */
  readonly shown: { key: string; alertId: string; atMs: number }[] = [];
  readonly #memory = new Map<string, string>();
  #session: LiveSession | undefined;
  readonly #claims = new Set<string>();
  readonly #painted = new Set<string>();
  reconnects = 0;

  constructor(private readonly options: DesktopOptions) {}

  get alerts(): ReadonlyMap<string, Alert> {
    return this.#session?.state().alerts ?? new Map();
  }

  get phase(): string {
    return this.#session?.state().link.phase ?? 'closed';
  }

  open(): void {
    const { staffNumber, view, forgets } = this.options;
    const storage = forgets ? keyValue(new Map()) : keyValue(this.#memory);
    const session = createLiveSession(
      {
        storage,
        tabStorage: keyValue(new Map()),
        // As a browser's locks: the first to ask has it until its page is closed.
        claimOnce: async (key) => {
          if (this.#claims.has(key)) return false;
          this.#claims.add(key);
          this.#show(key.slice(key.lastIndexOf(':') + 1));
          return true;
        },
        onStorage: () => () => undefined,
        openSocket: (events) => this.#dial(events),
        clock: { now: Date.now, after: afterTimer },
        // The shortest pause of the usual ones.
        random: () => 0,
        newId: () => crypto.randomUUID(),
        visible: () => true,
      },
      { me: { staffNumber, name: '', roles: ['floor-supervisor'] }, view },
    );
    this.#session = session;
    session.subscribe(() => this.#paint(session));
    session.start();
  }

  /** The person reloads the page. */
  reload(): void {
    this.close();
    this.open();
  }

  close(): void {
    this.#session?.stop();
    this.#claims.clear();
    this.#session = undefined;
  }

  #show(alertId: string): void {
    const alert = this.alerts.get(alertId);
    const atMs = performance.now();
    if (!alert) return;
    this.shown.push({ key: keyOfAlert(alert), alertId, atMs });
    this.options.onShown?.(alert, atMs);
  }

  #paint(session: LiveSession): void {
    if (this.options.forgets) return;
    for (const alertId of session.state().popped) {
      if (this.#painted.has(alertId)) continue;
      this.#painted.add(alertId);
      session.painted(alertId);
    }
  }

  #dial(events: SocketEvents) {
    const abort = new AbortController();
    let socket: WebSocket | undefined;
    const { cookie, where } = this.options;
    const dial = async () => {
      const url = await where();
      const headers = { cookie, 'x-earshot-csrf': '1' };
      const answer = await fetch(`${url}/v1/live/ticket`, { method: 'POST', headers, signal: abort.signal });
      if (answer.status === 401) return events.onEnd('signed-out');
      if (!answer.ok) return events.onEnd('lost');
      const { ticket } = (await answer.json()) as { ticket: string };
      if (abort.signal.aborted) return events.onEnd('lost');
      const opened = new WebSocket(`${url.replace('http', 'ws')}/v1/live?ticket=${encodeURIComponent(ticket)}`, {
        headers: { cookie },
        origin: url,
        perMessageDeflate: false,
      });
      socket = opened;
      this.reconnects += 1;
      opened.on('open', () => events.onOpen());
      opened.on('message', (data) => events.onText(String(data)));
      opened.on('error', () => undefined);
      opened.on('close', () => events.onEnd('lost'));
    };
    dial().catch(() => events.onEnd('lost'));
    return {
      send: (text: string) => {
        if (socket?.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => {
        abort.abort();
        socket?.terminate();
      },
    };
  }
}

/** Goes through a sign-in link; answers with the session's cookie. */
export async function signIn(link: string): Promise<string> {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`signing in was answered with ${answer.status}`);
  return cookie;
}

function keyValue(map: Map<string, string>): KeyValue {
  return {
    get: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: () => [...map.keys()],
  };
}

function afterTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
