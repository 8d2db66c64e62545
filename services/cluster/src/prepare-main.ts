import { describeConfig, kafkaAddress, kafkaSettings, readConfig, run } from '@earshot/kit';
import { inboundSetting, processShape } from '@earshot/process';
import { z } from 'zod';
import { prepare } from './prepare.js';
import { wantedOf } from './wanted-files.js';

const { namespace, partitions } = processShape;
const settings = z.object({
  ...kafkaSettings,
  ...{ namespace, partitions },
  copies: z.coerce.number().int().min(1).prefault(3).describe('copies of each partition'),
  inSync: z.coerce.number().int().min(1).prefault(2).describe('copies that must have a record before it counts'),
  inbound: inboundSetting(),
  people: z.string().describe('people.yaml'),
  rules: z.string().optional().describe('folder with rule files (*.yaml) that stand alone; default: the shipped ones'),
  routes: z.string().optional().describe('routes.yaml: who is told outside'),
});

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  console.log(describeConfig(settings));
  process.exit(0);
}
// Once before the services of a cluster start, and again whenever the files have changed.
await run(async ({ stop }) => {
  const config = readConfig(settings, { env: process.env, argv });
  const { copies, inSync, inbound, people, rules, routes } = config;
  const wanted = await wantedOf(
    { people, ...(rules === undefined ? {} : { rules }), ...(routes === undefined ? {} : { routes }) },
    process.env,
  );
  const at = { ...kafkaAddress(config), namespace: config.namespace, partitions: config.partitions, inbound };
  const { created } = await prepare({ ...at, copies: { all: copies, inSync }, wanted });
  console.log(`prepared: ${created.length} topics created, ${wanted.length} files in force`);
  stop(0);
});
