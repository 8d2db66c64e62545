import type { ConversationRecord, Finding, UtteranceScore } from '@earshot/model';
import type { Warehouse, WarehouseRow } from '@earshot/warehouse';

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
  const facts: WarehouseRow[] = [
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
  const scores = [...(record.scores ?? new Map<string, UtteranceScore[]>()).values()].flat().map((one, n) => {
    const { scores: felt, ...about } = one;
    return { ...place(40 + n), ...about, ...felt, at: startedAtMs };
  });
  const answers = [...(record.history?.values() ?? [])].map(({ subject, knownMs, tags, earlier, ...one }, n) => ({
    ...place(60 + n),
    ...one,
    subject_kind: subject.kind,
    subject_id: subject.id,
    known_ms: knownMs,
    tags: tags.map(({ tag }) => tag),
    tag_counts: tags.map(({ count }) => count),
    earlier: JSON.stringify(earlier),
  }));
  await warehouse.insert('utterances', said, token('words'));
  await warehouse.insert('utterance_scores', scores, token('scores'));
  await warehouse.insert('history_answers', answers, token('answers'));
  await warehouse.insert('finding_assertions', [assertion], token('assertions'));
  await warehouse.insert('standing_sets', [standing], token('sets'));
}
