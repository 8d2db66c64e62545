import { describeConfig, readConfig, run } from '@earshot/kit';
import { processShape } from '@earshot/process';
import { z } from 'zod';
import { rightsCommands } from './rights.js';

const settings = z.object({
  namespace: processShape.namespace,
  userPrefix: z
    .string()
    .prefault('earshot-')
    .describe('users of Kafka are called by it and the service: earshot-alert'),
  tool: z
    .string()
    .prefault('kafka-acls.sh --bootstrap-server localhost:9092')
    .describe("Kafka's tool with the address of a broker and, if need be, --command-config FILE"),
});

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  console.log(describeConfig(settings));
  process.exit(0);
}
// Prints what an administrator of Kafka runs once; changes nothing itself.
await run(async ({ stop }) => {
  for (const command of rightsCommands(readConfig(settings, { env: process.env, argv }))) console.log(command);
  stop(0);
});
