import type { LogUnderTest, MakeLog } from '@earshot/log/contract';
import { createKafkaTopics, type KafkaLogOptions, openKafkaLog } from '@earshot/log/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { inject } from 'vitest';

/** Which run a suite belongs to: the short one, the long one, or the one that is started by hand. */
export type Form = 'npm test' | 'test:all' | 'full';

export const BY_HAND = 'in EARSHOT_TEST_KAFKA=full npx vitest run --project system tests/kafka tests/cluster';

/** A suite that needs a real Kafka; without one it is skipped by name, with the command that helps. */
export async function kafkaSuite(name: string, form: Form): Promise<{ title: string; skip: boolean }> {
  const why = notInThisRun(form) ?? (await ask('/missing'));
  return { title: why === '' ? name : `${name} [skipped: ${why}]`, skip: why !== '' };
}

export const isFull = process.env['EARSHOT_TEST_KAFKA'] === 'full';

function notInThisRun(form: Form): string | undefined {
  if (isFull || form === 'npm test') return undefined;
  if (form === 'full') return BY_HAND;
  return process.env['EARSHOT_TEST_ALL'] ? undefined : 'in npm run test:all';
}

async function ask(what: '/missing' | '/address'): Promise<string> {
  const answer = await fetch(inject('sharedKafka') + what);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

let shared = '';
let namespaces = 0;

/** To be awaited before anything of the broker is used. */
export async function useSharedBroker(): Promise<void> {
  shared = await ask('/address');
}

/** host:port of the broker that all tests of a run share. */
export function sharedBroker(): string {
  if (shared === '') throw new Error('no broker was started');
  return shared;
}

/** Nobody else of this run uses topics of this name. */
export function freshNamespace(): string {
  namespaces += 1;
  return `t${process.pid}.${Date.now().toString(36)}.${namespaces}.`;
}

/** Topics of their own for each test, on the broker that all tests share. */
export async function freshTopics(
  topics: Record<string, { partitions: number; foreign?: boolean }>,
): Promise<Pick<KafkaLogOptions, 'brokers' | 'node' | 'topics' | 'namespace'>> {
  const namespace = freshNamespace();
  const connection = { brokers: [sharedBroker()], node: 'test' };
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

export const makeKafkaLog: MakeLog = async ({ topics }) => underTest(await freshTopics(topics));

/** A log for the contract, on topics that are there. */
export async function underTest(options: KafkaLogOptions): Promise<LogUnderTest> {
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
}

/** Resolves after `ms`: for what only shows after a time-out of Kafka's own, and to pace a load. */
export function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A client of kafkajs as it comes, to show what the adapter keeps away. */
export function bareKafka(): Kafka {
  return new Kafka({ brokers: [sharedBroker()], logLevel: logLevel.NOTHING });
}
