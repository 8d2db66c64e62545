import { dataFolder, describeConfig, readConfig, run } from '@earshot/kit';
import { startCluster } from './cluster.js';
import { clusterConfig } from './config.js';

/** Services have 5 s, then Kafka has 4. */
const STOP_WITHIN_MS = 11_000;

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  console.log(describeConfig(clusterConfig));
  process.exit(0);
}
await run(
  async (context) => {
    const config = readConfig(clusterConfig, { env: process.env, argv });
    process.on('disconnect', () => context.stop(0));
    await startCluster({ ...context, config, folder: dataFolder(config.dataDir), say: (line) => console.log(line) });
    process.send?.({ type: 'ready' });
  },
  { deadlineMs: STOP_WITHIN_MS },
);
