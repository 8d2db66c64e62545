import { asError, coded, type Logger, type Metrics } from '@earshot/kit';
import { type Log, LogErrorCode, type Subscription } from '@earshot/log';
import type { Acceptor } from './accept-event.js';
import { onInbound } from './on-inbound.js';

/** A topic that others publish to. Who may write to it speaks for its tenant: the topic is the credential. */
export interface InboundSource {
  topic: string;
  tenant: string;
}

export interface InboundDeps {
  log: Log;
  acceptor: Acceptor;
  logger: Logger;
  metrics: Metrics;
}

export interface Inbound {
  /** Finishes what is in hand. Idempotent. */
  stop(): Promise<void>;
}

const GROUP = 'ingest';
const LONGEST_PAUSE_MS = 5_000;

/** Reads an inbound topic for as long as it takes, begins again after a failure, and never holds up the other doors. */
export function followInbound({ topic, tenant }: InboundSource, deps: InboundDeps): Inbound {
  const { log, acceptor, logger, metrics } = deps;
  const troubles = metrics.counter(
    'earshot_inbound_troubles_total',
    'Inbound topics: what had to be done again; `missed`: records that were gone before they were read',
    ['topic', 'code'],
  );
  const onTrouble = (code: string, count = 1) => troubles.inc({ topic, code }, count);
  const stopping = new AbortController();
  let current: Subscription | undefined;

  async function follow(): Promise<void> {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        await readUntilFailed();
      } catch (error) {
        onTrouble(coded(error).code);
        logger.error({ err: asError(error), topic }, 'an inbound topic is not read; trying again');
        await pause(attempt, stopping.signal);
      }
    }
  }

  /** Rejects with what went wrong; resolves only when stopped. */
  async function readUntilFailed(): Promise<void> {
    let failed: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
      failed = reject;
    });
    // It may come before anybody waits for it.
    failure.catch(() => undefined);
    const subscription = await log.subscribe({
      group: GROUP,
      topic,
      onAssigned: async (assignment) => onInbound(assignment, { log, acceptor, tenant, logger, onTrouble, pause }),
      onError: (error) => {
        // Another member has it, and reads.
        if (coded(error).code !== LogErrorCode.notOwner) failed(error);
      },
    });
    current = subscription;
    try {
      await Promise.race([failure, aborted(stopping.signal)]);
    } finally {
      await subscription.stop();
    }
  }

  void follow();
  return {
    async stop() {
      stopping.abort();
      // One that is still joining is stopped as soon as it has, or with the log.
      await current?.stop();
    },
  };
}

/** Doubles from 100 ms up to five seconds. */
function pause(attempt: number, leaving: AbortSignal): Promise<void> {
  if (leaving.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      leaving.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(LONGEST_PAUSE_MS, 100 * 2 ** Math.min(attempt, 10)));
    leaving.addEventListener('abort', end);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
