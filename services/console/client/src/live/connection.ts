import type { ClientMessage, ServerMessage } from '@earshot/wire/live';
import { backoffMs } from './backoff.js';
import type { LinkPhase } from './state.js';

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  onOpen(): void;
  onText(text: string): void;
  /** Once, however it ended. `signed-out` and `refused` end the session: trying again cannot help. */
  onEnd(why: 'lost' | 'signed-out' | 'refused'): void;
}

/** Fetches a one-time ticket and opens the socket with it. */
export type SocketFactory = (events: SocketEvents) => Socket;

export interface Connection {
  /** Dropped while not open: what must arrive is kept as pending and sent again on open. */
  send(message: ClientMessage): void;
  close(): void;
}

interface ConnectionPorts {
  openSocket: SocketFactory;
  clock: { now(): number; after(ms: number, run: () => void): () => void };
  random(): number;
}

export interface ConnectionEvents {
  onOpen(): void;
  onMessage(message: ServerMessage): void;
  onPhase(phase: LinkPhase): void;
  onBehind(behindMs: number): void;
}

const SILENCE_MS = 15_000;
/** A ticket request or a handshake that a dead network swallowed would otherwise wait for ever. */
const OPEN_WITHIN_MS = 10_000;
/** Below this, lateness is jitter and not worth a person's eye. */
const BEHIND_FLOOR_MS = 1_000;

/** Keeps one socket open until closed: backoff with jitter, and a watch that notices a connection that only looks alive. */
export function connect(ports: ConnectionPorts, events: ConnectionEvents): Connection {
  let socket: Socket | undefined;
  let open = false;
  let closed = false;
  let attempt = 0;
  let cancelRetry: (() => void) | undefined;
  let cancelWatch: (() => void) | undefined;
  let leastSkewMs = Number.POSITIVE_INFINITY;
  let behindMs = 0;

  function dial(): void {
    let over = false;
    const end = (why: 'lost' | 'signed-out' | 'refused') => {
      if (over) return;
      over = true;
      open = false;
      cancelWatch?.();
      if (closed) return;
      if (why !== 'lost') {
        closed = true;
        events.onPhase(why);
        return;
      }
      attempt += 1;
      events.onPhase('reconnecting');
      cancelRetry = ports.clock.after(backoffMs(attempt, ports.random()), dial);
    };
    const giveUp = () => {
      current.close();
      end('lost');
    };
    const current = ports.openSocket({
      onOpen() {
        if (over) return;
        open = true;
        cancelWatch?.();
        leastSkewMs = Number.POSITIVE_INFINITY;
        behindMs = 0;
        events.onOpen();
      },
      onText(text) {
        if (over) return;
        const message = parse(text);
        if (!message) return;
        if (message.type === 'caught-up') attempt = 0;
        if (message.type === 'tick') {
          measure(message.serverMs);
          watch(SILENCE_MS, giveUp);
        }
        events.onMessage(message);
      },
      onEnd: end,
    });
    socket = current;
    if (!over && !open) watch(OPEN_WITHIN_MS, giveUp);
  }

  /** Clocks differ, so the least difference seen counts as none behind. */
  function measure(serverMs: number): void {
    const skewMs = ports.clock.now() - serverMs;
    leastSkewMs = Math.min(leastSkewMs, skewMs);
    const late = skewMs - leastSkewMs;
    const next = late < BEHIND_FLOOR_MS ? 0 : late;
    if (next !== behindMs) events.onBehind(next);
    behindMs = next;
  }

  function watch(ms: number, giveUp: () => void): void {
    cancelWatch?.();
    cancelWatch = ports.clock.after(ms, giveUp);
  }

  events.onPhase('connecting');
  dial();
  return {
    send(message) {
      if (open) socket?.send(JSON.stringify(message));
    },
    close() {
      closed = true;
      cancelRetry?.();
      cancelWatch?.();
      socket?.close();
    },
  };
}

function parse(text: string): ServerMessage | undefined {
  try {
    const message = JSON.parse(text) as ServerMessage;
    return typeof message?.type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
