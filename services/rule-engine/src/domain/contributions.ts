import type { Emission, FactPlace } from '@earshot/log/fold';
import {
  type Contribution,
  type ConversationRecord,
  type CountedFinding,
  type Finding,
  type HistorySubject,
  historyKey,
  subjectName,
} from '@earshot/model';
import { encodeHistoryFact, TOPICS } from '@earshot/wire';

/** What a life added to each subject when it was last told: subject by name, and its content. */
export type ToldHistory = ReadonlyMap<string, { subject: HistorySubject; content: string }>;

type Added = { subject: HistorySubject; findings: CountedFinding[] };

/**
 * What this life adds to the counts of its customer, its agents and its topics: whole, wherever it changed since it was
 * last told. A new owner tells everything, and to whom it answered also that nothing is left.
 */
export function tellHistory(
  record: ConversationRecord,
  findings: readonly Finding[],
  told: ToldHistory | undefined,
  at: FactPlace,
  why: 'change' | 'takeover' | 'closing',
): { told: ToldHistory; emissions: Emission[] } {
  const adds = additions(record, findings);
  const empty = (subject: HistorySubject): void => {
    const name = subjectName(subject);
    if (!adds.has(name) && subject.kind !== 'customer') adds.set(name, { subject, findings: [] });
  };
  for (const { subject } of told?.values() ?? []) empty(subject);
  // Whoever answered this life has something of it, which may be gone with the former engine.
  if (why === 'takeover') for (const { subject } of record.history?.values() ?? []) empty(subject);
  const now = new Map<string, { subject: HistorySubject; content: string }>();
  const emissions: Emission[] = [];
  for (const [name, { subject, findings: counted }] of adds) {
    const atMs = record.startedAtMs ?? counted[0]?.atMs ?? 0;
    const content = JSON.stringify([atMs, record.channel, counted]);
    if (counted.length > 0 || subject.kind === 'customer') now.set(name, { subject, content });
    if (why !== 'takeover' && told?.get(name)?.content === content) continue;
    emissions.push(emission(record, subject, { atMs, findings: counted }, at));
  }
  return { told: now, emissions };
}

function additions(record: ConversationRecord, findings: readonly Finding[]): Map<string, Added> {
  const adds = new Map<string, Added>();
  const add = (subject: HistorySubject, finding?: Finding): void => {
    const name = subjectName(subject);
    const entry = adds.get(name) ?? { subject, findings: [] };
    adds.set(name, entry);
    if (!finding) return;
    const { id, ruleId, tags, wordsAtMs } = finding;
    entry.findings.push({ id, ruleId, tags, atMs: wordsAtMs });
  };
  const { customerKey, startedAtMs } = record;
  if (customerKey !== undefined && startedAtMs !== undefined) add({ kind: 'customer', id: customerKey });
  for (const finding of findings) {
    // What stands on a partial may be gone with the next.
    if (finding.provisional) continue;
    const staff = finding.role === 'agent' ? whoSaid(record, finding.participantId) : undefined;
    if (staff !== undefined) add({ kind: 'agent', id: staff }, finding);
    if (finding.topic !== undefined) add({ kind: 'topic', id: finding.topic }, finding);
  }
  return adds;
}

/** Silence (a greeting that never came) is laid to the agent only where there was but one. */
function whoSaid(record: ConversationRecord, participantId: string | undefined): string | undefined {
  if (participantId === undefined) {
    const staff = staffIn(record);
    return staff.length === 1 ? staff[0] : undefined;
  }
  const known = record.participants.filter((one) => one.participantId === participantId && one.role === 'agent');
  return known.findLast((one) => one.staffNumber !== undefined)?.staffNumber;
}

function staffIn({ participants }: ConversationRecord): string[] {
  const staff = participants.flatMap(({ role, staffNumber }) => (role === 'agent' && staffNumber ? [staffNumber] : []));
  return [...new Set(staff)];
}

function emission(
  { tenant, conversationId, channel }: ConversationRecord,
  subject: HistorySubject,
  added: Pick<Contribution, 'atMs' | 'findings'>,
  { life, offset }: FactPlace,
): Emission {
  const body: Contribution = { kind: 'contribution', conversationId, life, asOf: offset, channel, ...added };
  const value = encodeHistoryFact({ tenant, subject, body });
  return { topic: TOPICS.history, key: historyKey(tenant, subject), value };
}
