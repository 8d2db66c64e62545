/**
 * A contact centre that speaks Kafka: publishes a conversation to earshot.inbound.v1, and reads what becomes of it on
 * earshot.alerts.v1. Brokers: EARSHOT_BROKERS (default 127.0.0.1:9092).
 */
import { decodeAlertRecord } from '@earshot/wire';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const { EARSHOT_BROKERS: brokers = '127.0.0.1:9092' } = process.env;
const GIVE_UP_MS = 30_000;
const conversationId = `kafka-${Date.now()}`;
const beganMs = Date.now();
const words = { participantId: 'customer', role: 'customer', leg: 'customer' };

const events = [
  { kind: 'started', atMs: beganMs, channel: 'chat', direction: 'inbound', externalIds: { ticket: 'T-3' } },
  { kind: 'utterance', ...words, segment: 0, text: '上个月多扣了一笔钱', startMs: beganMs, endMs: beganMs + 1_000 },
  {
    kind: 'utterance',
    ...words,
    segment: 1,
    text: '我要打12315投诉',
    startMs: beganMs + 2_000,
    endMs: beganMs + 3_000,
  },
];

const kafka = new Kafka({ clientId: 'example', brokers: brokers.split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `example-${conversationId}` });
// The partitioner of Java clients: whoever else publishes for this conversation must choose the same partition.
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true });

/** An alert may come more than once; only a higher version says something new. */
const shown = new Map<string, { offset: number; index: number }>();

function show(value: Buffer): boolean {
  const record = decodeAlertRecord(value);
  const alerts = record.kind === 'alert' ? [record.alert] : record.list.alerts;
  for (const { id, version, state, finding } of alerts) {
    const last = shown.get(id);
    if (last && (last.offset - version.offset || last.index - version.index) >= 0) continue;
    shown.set(id, version);
    process.stdout.write(`alert ${id} ${state}: ${finding.ruleId} (${finding.severity}) ${finding.prompt.what}\n`);
  }
  return shown.size > 0;
}

try {
  await consumer.connect();
  await consumer.subscribe({ topics: ['earshot.alerts.v1'], fromBeginning: true });
  const told = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), GIVE_UP_MS).unref();
    void consumer.run({
      eachMessage: async ({ message: { key, value } }) => {
        if (value && key?.toString().endsWith(`|${conversationId}`) && show(value)) resolve(true);
      },
    });
  });

  await producer.connect();
  await producer.send({
    topic: 'earshot.inbound.v1',
    acks: -1,
    messages: events.map((event, index) => ({
      key: conversationId,
      value: JSON.stringify(event),
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_type: 'example.conversation',
        ce_source: '/example',
        ce_id: `${conversationId}.${index}`,
      },
    })),
  });
  process.stdout.write(`${conversationId}: ${events.length} events published\n`);
  process.exitCode = (await told) ? 0 : 1;
} finally {
  await Promise.all([producer.disconnect(), consumer.disconnect()]);
}
