import type { SocketEvents } from './connection.js';
import type { KeyValue } from './ledger.js';
import type { LivePorts } from './session.js';

const CLAIM_ROOT = 'earshot:claim:';
const CLAIM_SETTLES_MS = 40;
const CLAIM_HELD_MS = 60_000;
/** A tab in the background lets the one in front of the person go first. */
const BACKGROUND_WAITS_MS = 150;

export function browserPorts(): LivePorts {
  dropOldClaims();
  return {
    storage: keyValue(window.localStorage),
    tabStorage: keyValue(window.sessionStorage),
    claimOnce,
    onStorage(listener) {
      const heard = (event: StorageEvent) => {
        if (event.storageArea === window.localStorage && event.key !== null && event.newValue !== null) {
          listener(event.key);
        }
      };
      window.addEventListener('storage', heard);
      return () => window.removeEventListener('storage', heard);
    },
    openSocket,
    clock: {
      now: () => Date.now(),
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    newId,
    visible: () => document.visibilityState === 'visible',
  };
}

/** `crypto.randomUUID` exists on secure origins only; many of these desks are plain http inside a company. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function keyValue(store: Storage): KeyValue {
  return {
    get: (key) => store.getItem(key) ?? undefined,
    set: (key, value) => store.setItem(key, value),
    remove: (key) => store.removeItem(key),
    keys: () => Object.keys(store),
  };
}

/** One tab wins. Web Locks are exact but need a secure origin; plain http falls back to web storage. */
async function claimOnce(key: string): Promise<boolean> {
  if (document.visibilityState !== 'visible') await delay(BACKGROUND_WAITS_MS);
  return navigator.locks ? claimLock(`earshot:${key}`) : claimInStorage(`${CLAIM_ROOT}${key}`);
}

/** Held for a minute: by then every tab has asked, and storage tells the later ones. */
function claimLock(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const held = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? delay(CLAIM_HELD_MS) : undefined;
    });
    // A document that may not lock (sandboxed frame) is alone as far as anyone can know.
    held.catch(() => resolve(true));
  });
}

/** No compare-and-set here: write one's own name, wait until every tab that raced has written, see whose name stayed. */
async function claimInStorage(key: string): Promise<boolean> {
  if (localStorage.getItem(key) !== null) return false;
  const mine = `${Date.now()}:${newId()}`;
  try {
    localStorage.setItem(key, mine);
  } catch {
    return true;
  }
  await delay(CLAIM_SETTLES_MS);
  return localStorage.getItem(key) === mine;
}

function dropOldClaims(): void {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(CLAIM_ROOT)) continue;
    const atMs = Number(localStorage.getItem(key)?.split(':')[0]);
    if (!(Date.now() - atMs < CLAIM_HELD_MS)) localStorage.removeItem(key);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function openSocket(events: SocketEvents) {
  const abort = new AbortController();
  let socket: WebSocket | undefined;
  void dial();
  return {
    send: (text: string) => socket?.send(text),
    close() {
      abort.abort();
      socket?.close();
    },
  };

  async function dial(): Promise<void> {
    try {
      const response = await fetch('/v1/live/ticket', {
        method: 'POST',
        headers: { 'x-earshot-csrf': '1' },
        signal: abort.signal,
      });
      if (response.status === 401) return events.onEnd('signed-out');
      if (response.status === 403) return events.onEnd('refused');
      if (!response.ok) return events.onEnd('lost');
      const { ticket } = (await response.json()) as { ticket: string };
      if (abort.signal.aborted) return events.onEnd('lost');
      const url = new URL('/v1/live', window.location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('ticket', ticket);
      socket = new WebSocket(url);
      socket.onopen = () => events.onOpen();
      socket.onmessage = (event) => events.onText(String(event.data));
      socket.onclose = () => events.onEnd('lost');
    } catch {
      events.onEnd('lost');
    }
  }
}
