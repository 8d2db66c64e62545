import type { HistoryCount, HistorySubject } from '@earshot/model';
import { required } from './codec.js';
import type * as pb from './gen/earshot/v1/history_count.js';
import { channels, historySubjects } from './words.js';

export function subjectToWire({ kind, id }: HistorySubject): pb.HistorySubject {
  return { kind: historySubjects.toWire(kind), id };
}

export function subjectFromWire(subject: pb.HistorySubject): HistorySubject {
  return { kind: historySubjects.fromWire('subject.kind', subject.kind), id: subject.id };
}

export function countToWire({ subject, cause, knownMs, count, tags, earlier }: HistoryCount): pb.HistoryCount {
  return {
    subject: subjectToWire(subject),
    cause,
    knownMs,
    count,
    tags,
    earlier: earlier.map((one) => ({ ...one, channel: channels.toWire(one.channel) })),
  };
}

export function countFromWire(count: pb.HistoryCount): HistoryCount {
  return {
    ...count,
    subject: subjectFromWire(required('history.subject', count.subject)),
    earlier: count.earlier.map((one) => ({ ...one, channel: channels.fromWire('history.channel', one.channel) })),
  };
}
