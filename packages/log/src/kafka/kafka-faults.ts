import { EarshotError } from '@earshot/model';
import { LogErrorCode } from '../log-errors.js';
import { causesOf } from './causes.js';
import { entryFaultOf } from './entry-faults.js';
import { forbidden, isForbidden } from './forbidden.js';

/** Kafka's own name of what went wrong, `ILLEGAL_GENERATION` for instance; absent where no broker said anything. */
export function faultOf(error: unknown): string | undefined {
  for (const each of causesOf(error)) if ('type' in each && typeof each.type === 'string') return each.type;
  return undefined;
}

/** This member's generation of the group is over, or is being replaced. */
const MOVED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'FENCED_INSTANCE_ID', 'MEMBER_ID_REQUIRED']);

export function hasMoved(error: unknown): boolean {
  return MOVED.has(faultOf(error) ?? '');
}

const LEADER_MOVED = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

export function hasLeaderMoved(error: unknown): boolean {
  return LEADER_MOVED.has(faultOf(error) ?? '');
}

/** It is the record that will never be taken, wherever and whoever asks. */
const RECORD_REFUSED = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];

/** A broker understood the request and will never take it; everything else may go through later. */
const REFUSED = new Set([
  ...RECORD_REFUSED,
  'OFFSET_OUT_OF_RANGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_REQUIRED_ACKS',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'OFFSET_METADATA_TOO_LARGE',
  'INVALID_COMMIT_OFFSET_SIZE',
  'UNSUPPORTED_VERSION',
  'POLICY_VIOLATION',
]);

export function isRefused(error: unknown): boolean {
  return REFUSED.has(faultOf(error) ?? '');
}

/** The partition that was asked for an offset which it does not hold. */
export function outOfRangePartition(error: unknown): number | undefined {
  for (const each of causesOf(error)) {
    const isRange = each.name === 'KafkaJSOffsetOutOfRange' && 'partition' in each;
    if (isRange && typeof each.partition === 'number') return each.partition;
  }
  return undefined;
}

/** What may be told about an error of the client: its kind, never a payload. */
export function describeFault(error: unknown): Record<string, unknown> {
  const [first] = causesOf(error);
  return { error: first?.name ?? typeof error, fault: faultOf(error) ?? entryFaultOf(error), message: first?.message };
}

export const KafkaFault = {
  refused: 'log-refused',
  topicMissing: 'topic-missing',
  partitionCountChanged: 'partition-count-changed',
  left: 'kafka-member-crashed',
} as const;

export function refused(topic: string, cause: unknown): EarshotError {
  if (isForbidden(cause)) return forbidden({ right: 'Write', on: 'topic', name: topic }, cause);
  const fault = faultOf(cause);
  const message = `Kafka refused a record of topic "${topic}": ${fault ?? 'no reason given'}.`;
  const code = RECORD_REFUSED.includes(fault ?? '') ? LogErrorCode.recordRefused : KafkaFault.refused;
  return new EarshotError(code, message, { detail: { topic, fault }, cause });
}
