import {
  type Alert,
  type ConversationFact,
  type ConversationRecord,
  isFinalState,
  type Severity,
  severityRank,
} from '@earshot/model';
import type { ConversationRow } from '@earshot/wire/live';

/** What the facts say of a conversation apart from its words. */
export interface RowFacts {
  channel: ConversationRow['channel'];
  skillGroup?: string;
  externalIds: Record<string, string>;
  /** Fields that became known late; searched like external ids. */
  fields: Record<string, string>;
  agents: string[];
  startedAtMs?: number;
  endedAtMs?: number;
  lastAtMs: number;
  closed: boolean;
  /** Its start, or the engine's record of it, has been read: nothing is missing. */
  whole: boolean;
}

export function openRow({ source, atMs }: ConversationFact): RowFacts {
  return emptyRow(source === 'voice' ? 'voice' : 'chat', atMs);
}

export function emptyRow(channel: RowFacts['channel'], lastAtMs: number): RowFacts {
  return { channel, externalIds: {}, fields: {}, agents: [], lastAtMs, closed: false, whole: false };
}

/** Enters a fact into the row; returns whether anybody looking at it must be told. */
export function enterFact(row: RowFacts, { atMs, body }: ConversationFact): boolean {
  switch (body.kind) {
    case 'started':
      row.whole = true;
      row.channel = body.channel;
      row.startedAtMs = Math.min(row.startedAtMs ?? atMs, atMs);
      row.externalIds = { ...row.externalIds, ...body.externalIds };
      if (body.skillGroup !== undefined) row.skillGroup = body.skillGroup;
      break;
    case 'participant-joined':
      if (body.role !== 'agent' || body.staffNumber === undefined || row.agents.includes(body.staffNumber))
        return false;
      row.agents = [...row.agents, body.staffNumber];
      break;
    case 'metadata':
      row.fields = { ...row.fields, ...body.fields };
      if (body.fields.skillGroup !== undefined) row.skillGroup = body.fields.skillGroup;
      break;
    case 'ended':
      row.endedAtMs = Math.max(row.endedAtMs ?? atMs, atMs);
      break;
    case 'closed':
      row.closed = true;
      return false;
    case 'time-reached':
    case 'takeover':
    case 'checkpoint':
    case 'score':
    case 'history':
      return false;
    default:
      break;
  }
  row.lastAtMs = Math.max(row.lastAtMs, atMs);
  return body.kind !== 'utterance' || body.final;
}

/** Enters what the engine's record of the conversation knows from before the first fact that was read here. */
export function enterRecord(row: RowFacts, record: ConversationRecord): void {
  row.whole = true;
  row.channel = record.channel;
  row.externalIds = { ...record.externalIds, ...row.externalIds };
  row.fields = { ...record.fields, ...row.fields };
  row.skillGroup ??= record.fields.skillGroup ?? record.skillGroup;
  const before = record.participants.flatMap(({ role, staffNumber }) => (role === 'agent' && staffNumber) || []);
  row.agents = [...new Set([...before, ...row.agents])];
  row.startedAtMs = record.startedAtMs;
  row.endedAtMs ??= record.endedAtMs;
  row.lastAtMs = Math.max(row.lastAtMs, ...[...record.utterances.values()].map(({ endMs }) => endMs));
}

export function asRow(
  conversationId: string,
  facts: RowFacts,
  utterances: number,
  alerts: Iterable<Alert>,
): ConversationRow {
  const open = [...alerts].filter((alert) => !isFinalState(alert.state));
  const risk = highest(open);
  return {
    conversationId,
    channel: facts.channel,
    externalIds: facts.externalIds,
    agents: facts.agents,
    lastAtMs: facts.lastAtMs,
    utterances,
    openAlerts: open.length,
    ...(facts.skillGroup === undefined ? {} : { skillGroup: facts.skillGroup }),
    ...(facts.startedAtMs === undefined ? {} : { startedAtMs: facts.startedAtMs }),
    ...(facts.endedAtMs === undefined ? {} : { endedAtMs: facts.endedAtMs }),
    ...(risk === undefined ? {} : { risk }),
  };
}

function highest(alerts: readonly Alert[]): Severity | undefined {
  return alerts
    .map((alert) => alert.finding.severity)
    .reduce<Severity | undefined>((a, b) => (a === undefined || severityRank(b) > severityRank(a) ? b : a), undefined);
}
