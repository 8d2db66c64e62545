import type { ConversationRecord, Finding } from '@earshot/model';
import type { Warehouse } from '@earshot/warehouse';

/** A conversation of agent a1 that has ended, with what was said and what stood in it, as analytics lands them. */
export async function landConversation(
  warehouse: Warehouse,
  record: ConversationRecord,
  finding: Finding,
): Promise<void> {
  const { tenant, conversationId, startedAtMs = 0 } = record;
  const place = (offset: number) => ({
    tenant,
    conversation_id: conversationId,
    log_offset: offset,
    logged_at: startedAtMs,
    version: offset,
  });
  const token = (table: string) => ({ token: `${conversationId}-${table}` });
  const facts: Record<string, string | number>[] = [
    { event_id: 's', kind: 'started', channel: record.channel, at: startedAtMs },
    { event_id: 'j', kind: 'participant-joined', role: 'agent', staff_number: 'a1', at: startedAtMs },
    { event_id: 'x', kind: 'ended', at: record.endedAtMs ?? startedAtMs },
  ];
  const said = [...record.utterances.values()].map((one, n) => ({
    ...place(10 + n),
    leg: one.leg,
    segment: one.segment,
    revision: one.revision,
    final: true,
    participant_id: one.participantId,
    role: one.role,
    text: one.text,
    start_ms: one.startMs,
    end_ms: one.endMs,
    at: one.endMs,
    received_ms: one.receivedAtMs,
  }));
  const asOf = 10 + said.length;
  const assertion = {
    ...place(asOf),
    finding_id: finding.id,
    rule_id: finding.ruleId,
    anchor: finding.anchor,
    severity: finding.severity,
    title: finding.prompt.title,
    words_at: finding.wordsAtMs,
    rule_set_hash: finding.ruleSetHash,
    evidence: JSON.stringify(finding.evidence),
    as_of: asOf,
  };
  const standing = { ...place(asOf), as_of: asOf, finding_ids: [finding.id], closing: true };
  await warehouse.insert(
    'conversation_facts',
    facts.map((one, n) => ({ ...place(n + 1), ...one })),
    token('facts'),
  );
  await warehouse.insert('utterances', said, token('words'));
  await warehouse.insert('finding_assertions', [assertion], token('assertions'));
  await warehouse.insert('standing_sets', [standing], token('sets'));
}
