import { both, EarshotError } from '@earshot/model';
import { LogErrorCode } from '../log-errors.js';
import { LogClock } from './clock.js';
import type { KafkaConnection, OnTrouble } from './connection.js';
import { withEntryErrors } from './entry-error.js';
import { KafkaClients } from './kafka-clients.js';
import { describeFault, isRefused } from './kafka-faults.js';
import { KafkaLog } from './kafka-log.js';
import { GROUP_TIMES, type GroupTimes } from './membership.js';
import { retrying } from './retrying.js';
import { Sender } from './sender.js';
import { expectPartitions } from './topics.js';

export type { KafkaConnection, OnTrouble } from './connection.js';
export { EntryFault } from './entry-faults.js';
export { type ClockView, type InspectOptions, inspectKafka, type KafkaView, type TopicView } from './inspect.js';
export type { KafkaLog } from './kafka-log.js';
export type { GroupTimes } from './membership.js';
export type { KafkaSasl, KafkaSecurity, KafkaTls } from './security.js';
export {
  checkKafkaTopics,
  createKafkaTopics,
  type KafkaTopicOptions,
  type KafkaTopicSpec,
  type TopicFault,
} from './topics.js';

/** A send to the outside is dropped when membership was confirmed longer ago than this, ms. */
export const SESSION_MS = GROUP_TIMES.sessionMs;

export interface KafkaLogOptions extends KafkaConnection {
  /** Every topic with its partition count; created beforehand (`createKafkaTopics`). */
  topics: Record<string, { partitions: number }>;
  /** Stands before each topic's and group's name in Kafka, for several systems on one cluster. */
  namespace?: string;
  times?: Partial<GroupTimes>;
  /** Bytes that may wait for a broker before `append` answers `log-full`. */
  maxPendingBytes?: number;
  /**
   * An append that is not durable after this long is rejected (`log-unavailable`), and with it all behind it in its
   * partition; it may still turn up. Absent: appends wait for as long as brokers are away.
   */
  giveUpAppendAfterMs?: number;
  /** `read`, `bounds`, `tail` and opening ask for this long before they answer `log-unavailable`, ms. */
  answerWithinMs?: number;
  /** `close` waits this long for appends that are on their way, ms. */
  closeWithinMs?: number;
  /** Epoch ms of this machine. */
  clock?: () => number;
  onTrouble?: OnTrouble;
}

/**
 * Opens the log on a Kafka cluster (3.x or 4.x). Throws `topic-missing`, `partition-count-changed`, at once a code of
 * `EntryFault` if brokers do not let us in, or `log-unavailable` if none answered within `answerWithinMs`.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const { topics, namespace = '', times, clock: now = Date.now, onTrouble = () => undefined } = options;
  const { maxPendingBytes = 64 << 20, giveUpAppendAfterMs } = options;
  const { answerWithinMs = 30_000, closeWithinMs = 10_000 } = options;
  const connection: KafkaConnection = {
    brokers: options.brokers,
    node: options.node,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
  };
  const name = (topic: string) => namespace + topic;
  const clock = new LogClock(now);
  const clients = new KafkaClients(connection, onTrouble, clock, now);
  const sender = new Sender({
    send: (parts) => clients.send(parts.map((part) => ({ ...part, name: name(part.topic) }))),
    laneOf: (topic, partition) => clients.leaderOf(name(topic), partition),
    maxPendingBytes,
    ...(giveUpAppendAfterMs === undefined ? {} : { giveUpAfterMs: giveUpAppendAfterMs }),
    onTrouble,
  });
  try {
    const within = { withinMs: answerWithinMs };
    const asked = (work: () => Promise<void>) => retrying(() => withEntryErrors(connection, work), within);
    await asked(() => clients.useAdmin((admin) => expectPartitions(admin, topics, namespace)));
    await asked(() => clients.lookUp(Object.keys(topics).map(name)));
  } catch (error) {
    await clients.close();
    throw error instanceof EarshotError || isRefused(error) ? error : nobodyThere(options.brokers, error);
  }
  return new KafkaLog({
    connection,
    topics,
    namespace,
    clients,
    sender,
    clock,
    ...(times && { times }),
    answerWithinMs,
    closeWithinMs,
    onTrouble,
  });
}

function nobodyThere(brokers: readonly string[], cause: unknown): EarshotError {
  const at = brokers.join(', ');
  const message = both(
    `no Kafka answers at ${at}: look whether it runs, and at --brokers`,
    `Kafka ${at} 无应答：请检查其是否在运行，以及 --brokers`,
  );
  const detail = { brokers: at, ...describeFault(cause) };
  return new EarshotError(LogErrorCode.unavailable, message, { retry: true, detail, cause });
}
