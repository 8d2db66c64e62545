import type { ConversationSummary, Evidence, Finding, StandingSet } from '@earshot/model';
import { defined, fromBytes, fromWireFields, required, toBytes, toWireFields } from './codec.js';
import * as pb from './gen/earshot/v1/finding.js';
import { countFromWire, countToWire } from './history-count.js';
import { channels, roles, severities } from './words.js';

export function encodeFinding(finding: Finding): Uint8Array {
  return toBytes(pb.Finding, findingToWire(finding));
}

export function decodeFinding(bytes: Uint8Array): Finding {
  return findingFromWire(fromBytes(pb.Finding, bytes));
}

export function encodeStandingSet(set: StandingSet): Uint8Array {
  return toBytes(pb.StandingSet, standingToWire(set));
}

export function decodeStandingSet(bytes: Uint8Array): StandingSet {
  return standingFromWire(fromBytes(pb.StandingSet, bytes));
}

export function findingToWire(finding: Finding): pb.Finding {
  return {
    ...finding,
    severity: severities.toWire(finding.severity),
    role: finding.role && roles.toWire(finding.role),
    evidence: finding.evidence.map((piece) => ({ ...piece, role: roles.toWire(piece.role) })),
  };
}

export function findingFromWire(finding: pb.Finding): Finding {
  return defined({
    ...finding,
    severity: severities.fromWire('finding.severity', finding.severity),
    role: finding.role === undefined ? undefined : roles.fromWire('finding.role', finding.role),
    evidence: finding.evidence.map(evidenceFromWire),
    prompt: required('finding.prompt', finding.prompt),
  });
}

function evidenceFromWire(piece: pb.Evidence): Evidence {
  return { ...piece, role: roles.fromWire('finding.evidence.role', piece.role) };
}

export function summaryToWire(summary: ConversationSummary): pb.ConversationSummary {
  return {
    ...summary,
    channel: channels.toWire(summary.channel),
    externalIds: toWireFields(summary.externalIds),
    history: (summary.history ?? []).map(countToWire),
  };
}

export function summaryFromWire(summary: pb.ConversationSummary): ConversationSummary {
  return defined({
    ...summary,
    channel: channels.fromWire('summary.channel', summary.channel),
    externalIds: fromWireFields(summary.externalIds),
    history: summary.history.length > 0 ? summary.history.map(countFromWire) : undefined,
  });
}

export function standingToWire(set: StandingSet): pb.StandingSet {
  return { ...set, findings: set.findings.map(findingToWire), summary: summaryToWire(set.summary) };
}

export function standingFromWire(set: pb.StandingSet): StandingSet {
  return {
    ...set,
    findings: set.findings.map(findingFromWire),
    summary: summaryFromWire(required('standing.summary', set.summary)),
  };
}
