import { afterEach, beforeEach, describe } from 'vitest';
import { appendContract } from './contract/append.js';
import { deliveryContract } from './contract/delivery.js';
import { groupContract } from './contract/groups.js';
import { CONTRACT_TOPICS, type LogUnderTest, type MakeLog } from './contract/harness.js';
import { lagContract } from './contract/lag.js';
import { tailContract } from './contract/tails.js';

export type { LogUnderTest, MakeLog } from './contract/harness.js';

/** What an adapter does beyond, or short of, the common promises. */
export interface ContractFeatures {
  /** A second subscription of a group on a topic takes its partitions away from the first. */
  newestSubscriberOwns: boolean;
}

/** Every promise of `port.ts`, to be run once per adapter (and once more behind `duplicating`). */
export function describeLogContract(name: string, makeLog: MakeLog, features: ContractFeatures): void {
  describe(`log contract: ${name}`, () => {
    let made: LogUnderTest;
    beforeEach(async () => {
      made = await makeLog({ topics: CONTRACT_TOPICS });
    });
    afterEach(() => made.destroy());
    const current = () => made;
    appendContract(current);
    deliveryContract(current);
    groupContract(current, features);
    tailContract(current);
    lagContract(current);
  });
}
