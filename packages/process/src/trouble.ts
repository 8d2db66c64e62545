import type { Logger, Metrics } from '@earshot/kit';

const SAY_AGAIN_AFTER_MS = 10_000;

/** What troubles us: a counter by code, and a sentence. */
export interface TroubleKind {
  counter: string;
  help: string;
  sentence: string;
}

const WITH_THE_LOG: TroubleKind = {
  counter: 'earshot_log_troubles_total',
  help: 'Requests to Kafka that were tried again',
  sentence: 'trouble with Kafka',
};

/**
 * What the log tries again is counted each time and said once in a while: a broker that is away for minutes is one line
 * of a kind every ten seconds. `clock`: monotonic ms.
 */
export function tellTrouble(
  { logger, metrics }: { logger: Logger; metrics: Metrics },
  clock: () => number = () => performance.now(),
  { counter, help, sentence }: TroubleKind = WITH_THE_LOG,
): (code: string, detail: Record<string, unknown>) => void {
  const troubles = metrics.counter(counter, help, ['code']);
  const saidMs = new Map<string, number>();
  return (code, detail) => {
    troubles.inc({ code });
    const last = saidMs.get(code);
    if (last !== undefined && clock() - last < SAY_AGAIN_AFTER_MS) return;
    saidMs.set(code, clock());
    logger.warn({ ...plain(detail), code }, sentence);
  };
}

function plain(detail: Record<string, unknown>): Record<string, string | number | boolean> {
  const fields = Object.entries(detail).filter(([, said]) => ['string', 'number', 'boolean'].includes(typeof said));
  return Object.fromEntries(fields) as Record<string, string | number | boolean>;
}
