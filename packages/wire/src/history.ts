import type { Contribution, HistoryFact, HistorySubject } from '@earshot/model';
import { defined, fromBytes, required, toBytes } from './codec.js';
import { engineFromWire, engineToWire } from './engine.js';
import * as pb from './gen/earshot/v1/history.js';
import { subjectFromWire, subjectToWire } from './history-count.js';
import { channels } from './words.js';

/** What the fold keeps of one subject; its checkpoint holds these bytes. */
export interface SubjectHistory {
  tenant: string;
  subject: HistorySubject;
  contributions: Contribution[];
}

export function encodeHistoryFact({ tenant, subject, body }: HistoryFact): Uint8Array {
  return toBytes(pb.HistoryFact, {
    tenant,
    subject: subject && subjectToWire(subject),
    body:
      body.kind === 'contribution'
        ? { $case: 'contribution', contribution: contributionToWire(body) }
        : engineToWire(body),
  });
}

/** Throws `undecodable` or `invalid`. */
export function decodeHistoryFact(bytes: Uint8Array): HistoryFact {
  const fact = fromBytes(pb.HistoryFact, bytes);
  const body = required('history.body', fact.body);
  return defined({
    tenant: fact.tenant,
    subject: fact.subject && subjectFromWire(fact.subject),
    body: body.$case === 'contribution' ? contributionFromWire(body.contribution) : engineFromWire(body),
  });
}

export function encodeSubjectHistory({ tenant, subject, contributions }: SubjectHistory): Uint8Array {
  return toBytes(pb.SubjectHistory, {
    tenant,
    subject: subjectToWire(subject),
    contributions: contributions.map(contributionToWire),
  });
}

/** Throws `undecodable` or `invalid`. */
export function decodeSubjectHistory(bytes: Uint8Array): SubjectHistory {
  const { tenant, subject, contributions } = fromBytes(pb.SubjectHistory, bytes);
  return {
    tenant,
    subject: subjectFromWire(required('history.subject', subject)),
    contributions: contributions.map(contributionFromWire),
  };
}

function contributionToWire(contribution: Contribution): pb.Contribution {
  return { ...contribution, channel: channels.toWire(contribution.channel) };
}

function contributionFromWire(contribution: pb.Contribution): Contribution {
  return {
    kind: 'contribution',
    ...contribution,
    channel: channels.fromWire('contribution.channel', contribution.channel),
  };
}
