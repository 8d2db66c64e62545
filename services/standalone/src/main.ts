import { join } from 'node:path';
import { createLogger, dataFolder, describeConfig, readConfig, run } from '@earshot/kit';
import { standaloneConfig } from './config.js';
import { start } from './start.js';

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  console.log(describeConfig(standaloneConfig));
  process.exit(0);
}
await run(async (context) => {
  const config = readConfig(standaloneConfig, { env: process.env, argv });
  const folder = dataFolder(config.dataDir);
  const logger = createLogger({ service: 'standalone', to: join(folder.logs, 'earshot.jsonl') });
  context.scope.defer('log lines', () => logger.flush());
  // The parent watches over set-up only; should it die, its channel closes and we stop as if told to.
  process.on('disconnect', () => context.stop(0));
  await start({ ...context, config, folder, logger, say: (line) => console.log(line) });
  process.send?.({ type: 'ready' });
});
