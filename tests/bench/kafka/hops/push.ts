import type { AddressInfo } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { type WebSocket, WebSocketServer } from 'ws';

// node push.mjs BROKER FROM: every record goes to the desk that it names, `/desk/<name>`.
const [broker = '', from = ''] = process.argv.slice(2);
const desks = new Map<string, WebSocket>();
const door = new WebSocketServer({ host: '127.0.0.1', port: 0 });
door.on('connection', (socket, { url = '' }) => desks.set(url.slice('/desk/'.length), socket));
const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({ groupId: `push-${from}` });
consumer.on(consumer.events.GROUP_JOIN, () => process.send?.({ port: (door.address() as AddressInfo).port }));
await consumer.connect();
await consumer.subscribe({ topic: from, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message: { value } }) => {
    const text = value?.toString() ?? '';
    const { desk } = JSON.parse(text) as { desk: string };
    desks.get(desk)?.send(text);
  },
});
process.on('SIGTERM', () => process.exit(0));
