import { vi } from 'vitest';
import type { Assignment, Log, LogRecord, SubscribeOptions, Subscription } from '../port.js';

export interface LogUnderTest {
  log: Log;
  /** Lets go of the log and opens the same data again. */
  reopen(): Promise<Log>;
  /** Closes whatever is open and removes the data. */
  destroy(): Promise<void>;
}

export type MakeLog = (options: { topics: Record<string, { partitions: number }> }) => Promise<LogUnderTest>;

/** `calls` and `results` share their count; `single` has one partition; `spare` stays empty. */
export const CONTRACT_TOPICS = {
  calls: { partitions: 4 },
  results: { partitions: 4 },
  single: { partitions: 1 },
  spare: { partitions: 2 },
};

const DEADLINE_MS = 10_000;

export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: DEADLINE_MS, interval: 2 });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(record: LogRecord): string {
  return new TextDecoder().decode(record.value);
}

/** Contents in order of first appearance: a log may hold an entry twice. */
export function distinct(records: readonly LogRecord[]): string[] {
  return [...new Set(records.map(text))];
}

/** A key that goes to a given partition. */
export function keyFor(log: Log, topic: string, partition: number): string {
  for (let n = 0; ; n += 1) if (log.partitionOf(topic, `key-${n}`) === partition) return `key-${n}`;
}

export async function readAll(log: Log, topic: string, partition: number): Promise<LogRecord[]> {
  const { first, next } = await log.bounds(topic, partition);
  const records: LogRecord[] = [];
  while (first + records.length < next) {
    records.push(...(await log.read(topic, partition, first + records.length, 1000)));
  }
  return records;
}

/** A door that handlers wait at until the test opens it. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export interface Reader {
  subscription: Subscription;
  records: LogRecord[];
  assignments: Map<number, Assignment>;
  errors: { error: unknown; partition: number }[];
  /** Partitions whose handler was closed, in order. */
  closed: number[];
}

export interface ReaderOptions {
  topic: string;
  group: string;
  from?(assignment: Assignment): number;
  /** Before the records count as handled. */
  handle?(records: readonly LogRecord[], assignment: Assignment): Promise<void>;
}

/** Joins a group and collects what it is handed. */
export async function startReader(log: Log, options: ReaderOptions): Promise<Reader> {
  const reader: Omit<Reader, 'subscription'> = { records: [], assignments: new Map(), errors: [], closed: [] };
  const subscribeOptions: SubscribeOptions = {
    group: options.group,
    topic: options.topic,
    onAssigned: async (assignment) => {
      reader.assignments.set(assignment.partition, assignment);
      return {
        from: options.from?.(assignment) ?? assignment.committed?.offset ?? assignment.first,
        handle: async (records) => {
          await options.handle?.(records, assignment);
          reader.records.push(...records);
        },
        close: async () => {
          reader.closed.push(assignment.partition);
        },
      };
    },
    onError: (error, partition) => reader.errors.push({ error, partition }),
  };
  return Object.assign(reader, { subscription: await log.subscribe(subscribeOptions) });
}

export function assignmentOf(reader: Reader, partition: number): Assignment {
  const assignment = reader.assignments.get(partition);
  if (!assignment) throw new Error(`partition ${partition} was not assigned`);
  return assignment;
}
