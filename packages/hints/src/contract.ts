import { afterEach, beforeEach, describe } from 'vitest';
import { describePresence } from './contract/presence.js';
import { describeRates } from './contract/rates.js';
import type { HintsOptions } from './hints.js';
import type { Hints } from './port.js';

/** A place that several processes share hints through. */
export interface PlaceUnderTest {
  /** One process with hints of its own, under these options. */
  open(node: string, options: Pick<HintsOptions, 'everyMs' | 'deadlineMs'>): Hints;
  destroy(): Promise<void>;
}

/** Quick, so that a test waits for what happens and not for the next time. */
const QUICK = { everyMs: { presence: 10, rates: 10 }, deadlineMs: 5_000 };

/** Every promise of `port.ts`, to be run once per adapter. */
export function describeHintsContract(name: string, makePlace: () => Promise<PlaceUnderTest>): void {
  describe(`hints contract: ${name}`, () => {
    let place: PlaceUnderTest;
    let opened: Hints[];
    beforeEach(async () => {
      place = await makePlace();
      opened = [];
    });
    afterEach(async () => {
      for (const hints of opened) await hints.stop();
      await place.destroy();
    });
    const open = (node: string) => {
      const hints = place.open(node, QUICK);
      opened.push(hints);
      return hints;
    };
    describePresence(open);
    describeRates(open);
  });
}
