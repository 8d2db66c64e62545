import type { AlertRecord, CaseFact, DeadLetter } from '@earshot/model';

/** A record as its topic's message, with the log's time, epoch ms. */
export interface Told<Message> {
  message: Message;
  timestampMs: number;
}

/** Where a replay goes and where its results are read: everything since the replay began. */
export interface ReplayTarget {
  grpcAddress: string;
  /** Resolves once `events` acknowledged events have been judged and alerted. */
  settled(events: number): Promise<void>;
  cases(): AsyncIterable<Told<CaseFact>>;
  alerts(): AsyncIterable<Told<AlertRecord>>;
  deadLetters(): AsyncIterable<Told<Pick<DeadLetter, 'id' | 'key' | 'topic'>>>;
  /** Events that the rules had seen before. */
  repeated(): Promise<number>;
}
