import { compileHere, followInForce, publishWanted, type Wanted } from '@earshot/control';
import { checkKafkaTopics, createKafkaTopics, type KafkaSecurity, openKafkaLog } from '@earshot/log/kafka';
import { EarshotError } from '@earshot/model';
import { clusterTopics, type InboundTopics, inboundTopics } from '@earshot/process';
import { noRoutesIfGone } from './wanted-files.js';

export interface PrepareOptions extends KafkaSecurity {
  brokers: readonly string[];
  namespace?: string;
  partitions: number;
  /** Topics that others write to. */
  inbound?: InboundTopics;
  /** Copies of each partition, and how many of them must have a record before it counts. */
  copies: { all: number; inSync: number };
  /** What is to be in force; of one tenant. */
  wanted: readonly [Wanted, ...Wanted[]];
  onTrouble?(code: string): void;
}

export interface Prepared {
  /** Topics that were missing. */
  created: string[];
}

/**
 * Topics as the log's promises need them; people, rules and routes published if they differ from what was published
 * last. Safe to repeat. Throws `topics-unfit` with every setting that breaks a promise.
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { brokers, tls, sasl, namespace = '', partitions, copies, wanted, onTrouble = () => undefined } = options;
  const inbound = options.inbound ?? new Map<string, string>();
  const topics = { ...clusterTopics(partitions), ...inboundTopics(inbound, partitions) };
  const connection = { brokers, node: 'prepare', ...(tls && { tls }), ...(sasl && { sasl }) };
  const asked = { connection, topics, namespace, replicas: copies.all, minInSyncReplicas: copies.inSync };
  const created = await createKafkaTopics(asked);
  const faults = await checkKafkaTopics(asked);
  if (faults.length > 0) {
    const lines = faults.map(
      ({ topic, setting, expected, found }) => `  ${topic}: ${setting} is ${found}, not ${expected}`,
    );
    throw new EarshotError('topics-unfit', `these topics would break a promise:\n${lines.join('\n')}`, {
      detail: { faults: faults.length },
    });
  }
  const log = await openKafkaLog({ ...connection, topics, namespace, onTrouble });
  try {
    const onFault = () => onTrouble('control-record-unreadable');
    const inForce = await followInForce(log, { compile: compileHere, onFault, pinnedSinceMs: log.clock() });
    try {
      await publishWanted(log, inForce, noRoutesIfGone(wanted, inForce.control), log.clock());
    } finally {
      await inForce.control.stop();
    }
  } finally {
    await log.close();
  }
  return { created };
}
