import { startKafkaBroker } from '@earshot/log/kafka-broker';

/** Starts a broker and lives on until it is killed. */
const broker = await startKafkaBroker();
process.stdout.write(`${JSON.stringify({ pid: broker.pid(), folder: broker.folder })}\n`);
setInterval(() => undefined, 1_000);
