import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLogContract, type MakeLog } from '../contract.js';
import type { Log } from '../port.js';
import { duplicating } from '../testing/duplicating.js';
import { openEmbeddedLog } from './index.js';

function maker(wrap: (log: Log) => Log): MakeLog {
  return async ({ topics }) => {
    const dir = mkdtempSync(join(tmpdir(), 'earshot-log-'));
    const made = {
      log: wrap(await openEmbeddedLog({ dir, topics })),
      reopen: async () => {
        await made.log.close();
        made.log = wrap(await openEmbeddedLog({ dir, topics }));
        return made.log;
      },
      destroy: async () => {
        await made.log.close();
        rmSync(dir, { recursive: true, force: true });
      },
    };
    return made;
  };
}

const features = { newestSubscriberOwns: true };
describeLogContract(
  'embedded',
  maker((log) => log),
  features,
);
for (const seed of [1, 2, 3]) {
  describeLogContract(
    `embedded, holding entries twice (seed ${seed})`,
    maker((log) => duplicating(log, seed)),
    features,
  );
}
