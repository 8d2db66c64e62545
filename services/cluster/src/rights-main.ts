import { describeConfig, readConfig, run, splitList } from '@earshot/kit';
import { z } from 'zod';
import { rightsCommands } from './rights.js';

/** What needs no quoting in a command. */
const NAME = '[\\w.-]+';
const list = (item: string) =>
  z
    .string()
    .regex(new RegExp(`^(${item}(, *${item})*)?$`))
    .prefault('')
    .transform(splitList);

const settings = z.object({
  namespace: z
    .string()
    .regex(/^[\w.-]*$/)
    .prefault('')
    .describe('as for the services'),
  userPrefix: z
    .string()
    .regex(/^[\w.-]*$/)
    .prefault('earshot-')
    .describe('users of Kafka are called by it and the service: earshot-alert'),
  centres: list(`${NAME}=${NAME}`)
    .transform((pairs) => pairs.map((pair) => pair.split('=')).map(([user = '', topic = '']) => ({ user, topic })))
    .describe('users that publish, each with its topic: crm=earshot.inbound.v1,shop=earshot.inbound.v1.shop'),
  readers: list(NAME).describe('users that read alerts and cases, those of every tenant'),
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
