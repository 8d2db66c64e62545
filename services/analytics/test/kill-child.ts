import { join } from 'node:path';
import { createMetrics, silentLogger } from '@earshot/kit';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { openChdbWarehouse } from '@earshot/warehouse/chdb';
import { create } from '../src/index.js';
import { said, writer } from './conversation-fixture.js';
import { LOG_TOPICS } from './topics.js';

// A process of its own: says words into the log and lands them, until it is killed.
const [root = '', first = '0'] = process.argv.slice(2);
const log = await openEmbeddedLog({ dir: join(root, 'log'), topics: LOG_TOPICS });
const analytics = create({
  log,
  openWarehouse: () => openChdbWarehouse({ dir: join(root, 'warehouse') }),
  logger: silentLogger(),
  metrics: createMetrics(),
  settings: { everyMs: 20 },
});
analytics.onState((state) => process.stdout.write(`analysis ${state}\n`));
analytics.start();

const put = writer(log);
for (let segment = Number(first); ; segment++) {
  await put.fact(said(`c${segment % 20}`, segment, `words ${segment}`));
  process.stdout.write(`said ${segment}\n`);
  if (segment % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
