import { fileURLToPath } from 'node:url';
import type { Scope } from '@earshot/kit';
import { createKafkaTopics } from '@earshot/log/kafka';
import { Kafka, logLevel } from 'kafkajs';
import { openSocket, startChildSide } from '../lib/child-side.js';
import type { LoadPlan, PlannedWords } from '../lib/load-plan.js';
import type { Running } from '../lib/load-step.js';

const entryOf = (name: string) => fileURLToPath(new URL(`hops/${name}.ts`, import.meta.url));
const TOPICS = { in: 'bare.in', out: 'bare.out' };
const PARTITIONS = 12;

/**
 * The least that brings words to a desk over Kafka: `producer.send`, a process that passes them on to a second topic,
 * a process that pushes them. Nothing is read, judged or kept, and every utterance arrives.
 */
export async function runBareHops(scope: Scope, broker: string, desks: readonly string[]): Promise<Running> {
  const topics = Object.fromEntries(Object.values(TOPICS).map((topic) => [topic, { partitions: PARTITIONS }]));
  await createKafkaTopics({
    connection: { brokers: [broker], node: 'bench' },
    topics,
    replicas: 1,
    minInSyncReplicas: 1,
  });
  const relay = await startChildSide({ entry: entryOf('relay'), args: [broker, TOPICS.in, TOPICS.out] });
  scope.defer('relay', () => relay.stop());
  const push = await startChildSide({ entry: entryOf('push'), args: [broker, TOPICS.out] });
  scope.defer('push', () => push.stop());
  const producer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  scope.defer('producer', () => producer.disconnect());

  const running: Running = {
    pids: [relay.pid, push.pid],
    onAlert: () => undefined,
    announce: async () => undefined,
    async send(words) {
      await Promise.all(words.map((one) => producer.send({ topic: TOPICS.in, messages: [recordOf(one)] })));
    },
    stop: async () => undefined,
  };
  for (const desk of desks) {
    const page = await openSocket(push.port, `desk/${desk}`);
    scope.defer(`desk ${desk}`, () => page.terminate());
    page.on('message', (data) => {
      const { said } = JSON.parse(String(data)) as PlannedWords;
      running.onAlert(keyOf(said), performance.now());
    });
  }
  return running;
}

const recordOf = (one: PlannedWords) => ({ key: one.said.conversation, value: JSON.stringify(one) });

const keyOf = ({ conversation, anchor }: PlannedWords['said']) => `${conversation} ${anchor}`;

/** The same words at the same times; here each must arrive, whether or not a rule is about it. */
export function everyWord(plan: LoadPlan): LoadPlan {
  return { ...plan, expected: new Map(plan.words.map(({ said, atMs }) => [keyOf(said), atMs])) };
}
