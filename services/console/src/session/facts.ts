import { randomUUID } from 'node:crypto';
import type { Logger, Metrics } from '@earshot/kit';
import type { Log, LogRecord } from '@earshot/log';
import { EarshotError, type SessionFact, type SessionFactBody } from '@earshot/model';
import { decodeSessionFact, encodeSessionFact, TOPICS } from '@earshot/wire';
import type { Clock } from '../clock.js';
import { readable } from '../on-alerts.js';

export interface SessionOf {
  id: string;
  tenant: string;
  staffNumber: string;
  begunMs: number;
}

/** What the log says of sessions, the same in every console. */
export interface SessionFacts {
  /**
   * Whether this is the first use of a link, in whichever console; known once our own word has come back from the log.
   * Throws `log-slow` if it does not come back in time: whether the link is used up is then not known.
   */
  useLink(link: { tenant: string; id: string; expiresMs: number }): Promise<boolean>;
  /** Here at once; everywhere, and durable, once it resolves. */
  end(session: SessionOf & { expiresMs: number }): Promise<void>;
  /** Ends every session of a person that began up to now; throws as `end` does. */
  endAll(tenant: string, staffNumber: string): Promise<void>;
  isEnded(session: SessionOf): boolean;
  stop(): Promise<void>;
}

export interface SessionFactsDeps {
  log: Log;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** No link and no session lasts longer, ms. */
  longestMs: number;
  /** Sessions may have ended: the live connections of those that have are to be closed. */
  onEnded(): void;
  onError(error: unknown): void;
}

/** The word of a link comes back in a few milliseconds; a log that takes so long is away. */
const READ_BACK_WITHIN_MS = 5_000;
const SWEEP_EVERY_MS = 60_000;

/** Resolves once everything that still means something has been read. */
export async function followSessions(deps: SessionFactsDeps): Promise<SessionFacts> {
  const { log, clock, longestMs, onEnded, onError } = deps;
  const links = new Map<string, { claim: string; expiresMs: number }>();
  const ended = new Map<string, number>();
  const signedOut = new Map<string, { untilMs: number; expiresMs: number }>();
  const waiting = new Map<string, Set<() => void>>();

  function take({ tenant, expiresMs, body }: SessionFact): void {
    switch (body.kind) {
      case 'link-used': {
        const { linkId, claim } = body;
        if (!links.has(linkId)) links.set(linkId, { claim, expiresMs });
        for (const wake of waiting.get(linkId) ?? []) wake();
        return;
      }
      case 'session-ended':
        ended.set(body.sessionId, expiresMs);
        return onEnded();
      case 'person-signed-out': {
        const who = personKey(tenant, body.staffNumber);
        const untilMs = Math.max(body.untilMs, signedOut.get(who)?.untilMs ?? 0);
        signedOut.set(who, { untilMs, expiresMs });
        return onEnded();
      }
    }
  }

  const write = async (tenant: string, about: string, expiresMs: number, body: SessionFactBody): Promise<void> => {
    const value = encodeSessionFact({ tenant, atMs: clock.now(), expiresMs, body });
    await log.append([{ topic: TOPICS.sessions, key: `${tenant}|${about}`, value }]);
  };

  const tail = await log.tail({
    topic: TOPICS.sessions,
    from: { timestampMs: Math.max(0, log.clock() - longestMs) },
    onError,
    handle: async (records: readonly LogRecord[]) => {
      for (const record of records) {
        const fact = readable(record, decodeSessionFact, deps);
        if (fact) take(fact);
      }
    },
  });
  const stopSweeping = clock.every(SWEEP_EVERY_MS, () => {
    const now = clock.now();
    for (const map of [links, signedOut]) for (const [id, { expiresMs }] of map) if (expiresMs <= now) map.delete(id);
    for (const [id, expiresMs] of ended) if (expiresMs <= now) ended.delete(id);
  });
  const stop = async () => {
    stopSweeping();
    await tail.stop();
  };
  try {
    await tail.caughtUp();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    async useLink({ tenant, id, expiresMs }) {
      if (links.has(id)) return false;
      const claim = randomUUID();
      const heard = heardOf(id);
      try {
        await write(tenant, id, expiresMs, { kind: 'link-used', linkId: id, claim });
        await heard.back;
      } finally {
        heard.cancel();
      }
      return links.get(id)?.claim === claim;
    },
    async end({ id, tenant, expiresMs }) {
      ended.set(id, expiresMs);
      onEnded();
      await write(tenant, id, expiresMs, { kind: 'session-ended', sessionId: id });
    },
    async endAll(tenant, staffNumber) {
      const untilMs = log.clock();
      const expiresMs = clock.now() + longestMs;
      const body = { kind: 'person-signed-out', staffNumber, untilMs } as const;
      take({ tenant, atMs: clock.now(), expiresMs, body });
      await write(tenant, staffNumber, expiresMs, body);
    },
    isEnded: ({ id, tenant, staffNumber, begunMs }) =>
      ended.has(id) || begunMs <= (signedOut.get(personKey(tenant, staffNumber))?.untilMs ?? -1),
    stop,
  };

  /** Resolves once the log has told us of a use of this link, ours or another's. */
  function heardOf(linkId: string): { back: Promise<void>; cancel(): void } {
    let wake = () => {};
    let late = () => {};
    const back = new Promise<void>((resolve, reject) => {
      wake = () => {
        if (links.has(linkId)) resolve();
      };
      late = clock.after(READ_BACK_WITHIN_MS, () =>
        reject(new EarshotError('log-slow', 'the log does not answer: try again in a moment', { retry: true })),
      );
    });
    // Writing may fail first; then nobody waits for it.
    back.catch(() => undefined);
    const those = waiting.get(linkId) ?? new Set();
    waiting.set(linkId, those.add(wake));
    return {
      back,
      cancel() {
        late();
        those.delete(wake);
        if (those.size === 0) waiting.delete(linkId);
      },
    };
  }
}

function personKey(tenant: string, staffNumber: string): string {
  return JSON.stringify([tenant, staffNumber]);
}
