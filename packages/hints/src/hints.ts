import { type HintsClock, systemClock } from './clock.js';
import { createExchange, type Heard, within } from './exchange.js';
import type { Medium } from './medium.js';
import type { Hints } from './port.js';
import { createPresence } from './presence.js';
import { createRates } from './rates.js';

export interface HintsOptions {
  medium: Medium;
  /** Name of this process among its equals. */
  node: string;
  clock?: HintsClock;
  /** How long the place may take for an answer, ms. */
  deadlineMs?: number;
  /** How often others are told and asked, ms. */
  everyMs?: { presence: number; rates: number };
  /** The place did not answer, or refused: a stable code, once for each time. */
  onTrouble?(code: string): void;
}

const DEADLINE_MS = 100;
const EVERY_MS = { presence: 3_000, rates: 200 };

/** Copies that answer at once, and two exchanges that keep them fresh behind everybody's back. */
export function createHints(options: HintsOptions): Hints {
  const { medium, node, clock = systemClock(), deadlineMs = DEADLINE_MS, everyMs = EVERY_MS } = options;
  const { onTrouble = () => undefined } = options;
  const presence = createPresence(node, clock);
  const rates = createRates(node, clock);
  const giveUp = () => medium.giveUp();
  const heard: Heard = { shared: false };
  const common = { clock, heard, deadlineMs, giveUp, onTrouble };
  const people = createExchange({ ...common, everyMs: everyMs.presence, ask: () => presence.ask(medium) });
  const counts = createExchange({ ...common, everyMs: everyMs.rates, ask: () => rates.ask(medium) });
  let stopping: Promise<void> | undefined;

  return {
    presence,
    rates,
    condition() {
      const { shared, answeredMs } = heard;
      return answeredMs === undefined ? { shared } : { shared, ageMs: clock.now() - answeredMs };
    },
    stop() {
      stopping ??= (async () => {
        people.stop();
        counts.stop();
        await within(clock, deadlineMs, presence.leave(medium), giveUp).catch(() => undefined);
        medium.close();
      })();
      return stopping;
    },
  };
}
