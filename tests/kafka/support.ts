import type { MakeLog } from '@earshot/log/contract';
import { createKafkaTopics, type KafkaLogOptions, openKafkaLog } from '@earshot/log/kafka';
import { type KafkaBroker, kafkaMissing, startKafkaBroker } from '@earshot/log/kafka-broker';
import { Kafka, logLevel } from 'kafkajs';

/** A suite that needs a real Kafka; without one it is skipped by name, with the command that helps. */
export function kafkaSuite(name: string, { long = false } = {}): { title: string; skip: boolean } {
  const why = long && !process.env['EARSHOT_TEST_ALL'] ? 'in npm run test:all' : kafkaMissing();
  return { title: why === undefined ? name : `${name} [skipped: ${why}]`, skip: why !== undefined };
}

let shared: KafkaBroker | undefined;
let namespaces = 0;

export async function startSharedBroker(): Promise<void> {
  shared = await startKafkaBroker();
}

export async function stopSharedBroker(): Promise<void> {
  await shared?.stop();
  shared = undefined;
}

export function sharedBroker(): KafkaBroker {
  if (!shared) throw new Error('no broker was started');
  return shared;
}

/** Topics of their own for each test, on the broker that all tests of the file share. */
export async function freshTopics(
  topics: Record<string, { partitions: number }>,
): Promise<Pick<KafkaLogOptions, 'brokers' | 'node' | 'topics' | 'namespace'>> {
  namespaces += 1;
  const namespace = `t${namespaces}.`;
  const connection = { brokers: [sharedBroker().address], node: 'test' };
  await createKafkaTopics({ connection, topics, namespace, replicas: 1, minInSyncReplicas: 1 });
  return { ...connection, topics, namespace };
}

/** Readers of a test that may fail half-way: whatever it opened is closed after it. */
export function closing(): { add<T extends { close(): Promise<void> }>(log: T): T; closeAll(): Promise<void> } {
  const open = new Set<{ close(): Promise<void> }>();
  return {
    add: (log) => {
      open.add(log);
      return log;
    },
    closeAll: async () => {
      await Promise.all([...open].map((log) => log.close()));
      open.clear();
    },
  };
}

export const makeKafkaLog: MakeLog = async ({ topics }) => {
  const options = await freshTopics(topics);
  const made = {
    log: await openKafkaLog(options),
    reopen: async () => {
      await made.log.close();
      made.log = await openKafkaLog(options);
      return made.log;
    },
    destroy: () => made.log.close(),
  };
  return made;
};

/** Resolves after `ms`: for what only shows after a time-out of Kafka's own, and to pace a load. */
export function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A client of kafkajs as it comes, to show what the adapter keeps away. */
export function bareKafka(): Kafka {
  return new Kafka({ brokers: [sharedBroker().address], logLevel: logLevel.NOTHING });
}
