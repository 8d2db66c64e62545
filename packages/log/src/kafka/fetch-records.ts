import type { Cluster } from 'kafkajs';
import type { LogRecord, RecordHeaders } from '../port.js';

const MAX_BYTES = 16 << 20;
/** Not below the largest batch that a topic takes (`topics.ts`), so that no record can block its partition. */
export const MAX_PARTITION_BYTES = 4 << 20;
const READ_COMMITTED = 1;
const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);

/** What kafkajs decodes from an answer to `fetch`; its types leave it out. */
interface FetchAnswer {
  responses: { topicName: string; partitions: FetchedPartition[] }[];
}

interface FetchedPartition {
  partition: number;
  /** Offset of the next record that the partition will get; absent: not told. */
  highWatermark?: string;
  abortedTransactions?: { producerId: string; firstOffset: string }[] | null;
  messages: FetchedMessage[];
}

export interface FetchedMessage {
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, unknown>;
  isControlRecord?: boolean;
  batchContext?: { producerId: string; inTransaction: boolean };
}

export interface FetchRequest {
  /** Name in Kafka. */
  name: string;
  /** Name that records carry. */
  topic: string;
  nodeId: string;
  /** Partition → first offset wanted. */
  wanted: ReadonlyMap<number, number>;
  maxWaitMs: number;
}

export interface Fetched {
  partition: number;
  /** The offset that was asked for. */
  from: number;
  records: LogRecord[];
  /** The offset to ask for next: behind everything that the answer held, also what is not handed out. */
  next: number;
  /** As far as the partition reached when the broker answered, whatever of it the answer held. */
  end: number;
}

/** One request to one broker, for the partitions that it leads. Throws what kafkajs throws. */
export async function fetchRecords(cluster: Cluster, request: FetchRequest): Promise<Fetched[]> {
  const { name, topic, nodeId, wanted, maxWaitMs } = request;
  const broker = await cluster.findBroker({ nodeId });
  const partitions = [...wanted].map(([partition, offset]) => ({
    partition,
    fetchOffset: String(offset),
    maxBytes: MAX_PARTITION_BYTES,
  }));
  const answer: FetchAnswer = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: MAX_BYTES,
    topics: [{ topic: name, partitions }],
    rackId: '',
  });
  return answer.responses.flatMap(({ partitions: answered }) =>
    answered.flatMap((part) => {
      const from = wanted.get(part.partition);
      return from === undefined ? [] : [toFetched(topic, from, part)];
    }),
  );
}

export function toFetched(topic: string, from: number, answered: FetchedPartition): Fetched {
  const { partition, messages, abortedTransactions, highWatermark = '0' } = answered;
  const records: LogRecord[] = [];
  let next = from;
  for (const { offset, timestamp, key, value, headers: given } of withoutAborted(messages, abortedTransactions ?? [])) {
    // A batch is held whole: an answer may begin before the offset that was asked for.
    if (Number(offset) < from) continue;
    const timestampMs = Math.max(Number(timestamp), records.at(-1)?.timestampMs ?? 0);
    const headers = toHeaders(given);
    records.push({
      topic,
      partition,
      offset: Number(offset),
      key: key?.toString() ?? '',
      value: value ?? new Uint8Array(0),
      timestampMs,
      ...(headers && { headers }),
    });
  }
  const last = messages.at(-1);
  if (last) next = Math.max(next, Number(last.offset) + 1);
  return { partition, from, records, next, end: Math.max(next, Number(highWatermark)) };
}

/**
 * Of several with one name kafkajs makes a list; where the name is one that every object has (`constructor`), the list
 * begins with that.
 */
function toHeaders(given: Record<string, unknown> | undefined): RecordHeaders | undefined {
  const headers = new Map<string, Uint8Array>();
  for (const [name, said] of Object.entries(given ?? {})) {
    const last = [said]
      .flat()
      .filter((one) => one instanceof Uint8Array)
      .at(-1);
    if (last) headers.set(name, last);
  }
  return headers.size > 0 ? headers : undefined;
}

/** Foreign producers may write in transactions; what they took back, and the marks of it, are no records. */
function withoutAborted(
  messages: readonly FetchedMessage[],
  aborted: readonly { producerId: string; firstOffset: string }[],
): FetchedMessage[] {
  const ahead = [...aborted].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const taking = new Set<string>();
  return messages.filter(({ offset, key, isControlRecord, batchContext }) => {
    while (ahead[0] && Number(offset) >= Number(ahead[0].firstOffset)) taking.add(ahead.shift()?.producerId ?? '');
    const producer = batchContext?.producerId ?? '';
    if (isControlRecord) {
      if (key?.equals(ABORT_MARKER)) taking.delete(producer);
      return false;
    }
    return !(batchContext?.inTransaction && taking.has(producer));
  });
}
