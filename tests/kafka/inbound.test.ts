import { openKafkaLog } from '@earshot/log/kafka';
import { TOPICS } from '@earshot/wire';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  factsOn,
  hearInbound,
  INBOUND_TOPICS,
  segmentOf,
  until,
  words,
} from '../../services/ingest/src/testing/inbound.js';
import { describeInboundKills } from '../../services/ingest/src/testing/inbound-kills.js';
import { describeInbound } from '../../services/ingest/src/testing/inbound-suite.js';
import { bareKafka, closing, freshTopics, kafkaSuite, makeKafkaLog, useSharedBroker } from './support.js';

const { title, skip } = await kafkaSuite('the inbound topic over Kafka', 'test:all');
/** A dead reader is noticed sooner than in real life; nothing else is shorter. */
const times = { sessionMs: 2_000, heartbeatMs: 400 };

describe.skipIf(skip)(title, () => {
  beforeAll(useSharedBroker);
  const logs = closing();
  afterEach(() => logs.closeAll());

  describeInbound('kafka', makeKafkaLog);

  describeInboundKills('kafka', [1, 700], async () => {
    const options = { ...(await freshTopics(INBOUND_TOPICS)), times };
    return { at: { ...options, node: 'child' }, open: () => openKafkaLog(options), remove: async () => undefined };
  });

  test('a producer of another make is heard: its partitioner agrees, and its batches may be packed', async () => {
    const options = await freshTopics({
      ...INBOUND_TOPICS,
      [TOPICS.inbound]: { ...INBOUND_TOPICS[TOPICS.inbound], foreign: true },
    });
    const log = logs.add(await openKafkaLog(options));
    const door = await hearInbound(log);
    const { CompressionTypes, Partitioners } = (await import('kafkajs')).default;
    const producer = bareKafka().producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });
    try {
      await producer.connect();
      const calls = Array.from({ length: 20 }, (_, n) => `call-${n}`);
      const messages = [0, 1, 2].flatMap((segment) =>
        calls.map((call) => {
          const { key = '', value } = words(segment, '您好', call);
          return { key, value: Buffer.from(value), headers: { ce_id: `${call}.${segment}`, ce_source: '/pbx' } };
        }),
      );
      const topic = `${options.namespace}${TOPICS.inbound}`;
      await producer.send({ topic, messages, compression: CompressionTypes.GZIP });
      await until(async () => (await factsOn(log)).length === messages.length);
      const facts = await factsOn(log);
      for (const call of calls) {
        const own = facts.filter(({ conversationId }) => conversationId === call);
        expect(own.map(segmentOf)).toEqual([0, 1, 2]);
        expect(own.map(({ eventId }) => eventId)).toEqual([0, 1, 2].map((segment) => `/pbx#${call}.${segment}`));
        const partition = log.partitionOf(TOPICS.inbound, call);
        const { next } = await log.bounds(TOPICS.inbound, partition);
        const keys = (await log.read(TOPICS.inbound, partition, 0, next)).map(({ key }) => key);
        expect(keys).toContain(call);
      }
    } finally {
      await producer.disconnect();
      await door.close();
    }
  });
});
