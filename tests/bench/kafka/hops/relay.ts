import { Kafka, logLevel } from 'kafkajs';

// node relay.mjs BROKER FROM TO: every record of one topic goes on to another, by kafkajs as it comes.
const [broker = '', from = '', to = ''] = process.argv.slice(2);
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer();
await producer.connect();
const consumer = kafka.consumer({ groupId: `relay-${from}` });
consumer.on(consumer.events.GROUP_JOIN, () => process.send?.({ port: 0 }));
await consumer.connect();
await consumer.subscribe({ topic: from, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message: { key, value } }) => {
    await producer.send({ topic: to, messages: [{ key, value }] });
  },
});
process.on('SIGTERM', () => process.exit(0));
