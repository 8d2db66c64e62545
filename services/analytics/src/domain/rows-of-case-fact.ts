import type { LogRecord } from '@earshot/log';
import type { CaseFact, DeliveryResult, Finding, PersonAction, StandingSet } from '@earshot/model';
import { firstWins, identityOf, inRange, placeOf, type TableRow } from './place.js';

/** Standing sets become what stood when; of people's actions and of results only what tells of a delivery has rows. */
export function rowsOfCaseFact(fact: CaseFact, record: LogRecord): TableRow[] {
  const { body } = fact;
  switch (body.kind) {
    case 'standing':
      return [setRow(body.set, record), ...body.set.findings.map((finding) => assertionRow(body.set, finding, record))];
    case 'action':
      return deliveryRows(body.action, record);
    case 'delivery':
      return [resultRow(fact.tenant, body.result, record)];
    case 'time-reached':
    case 'takeover':
    case 'checkpoint':
    case 'closed':
      return [];
  }
}

function setRow(set: StandingSet, record: LogRecord): TableRow {
  return {
    table: 'standing_sets',
    identity: identityOf(set.tenant, set.conversationId, set.asOf),
    offset: record.offset,
    row: {
      tenant: set.tenant,
      conversation_id: set.conversationId,
      life: set.life,
      as_of: set.asOf,
      finding_ids: set.findings.map((finding) => finding.id),
      closing: set.closing,
      ...placeOf(record),
      version: firstWins(record.offset),
    },
  };
}

function assertionRow(set: StandingSet, finding: Finding, record: LogRecord): TableRow {
  return {
    table: 'finding_assertions',
    identity: identityOf(set.tenant, set.conversationId, set.life, finding.id),
    offset: record.offset,
    row: {
      tenant: set.tenant,
      conversation_id: set.conversationId,
      life: set.life,
      finding_id: finding.id,
      rule_id: finding.ruleId,
      anchor: finding.anchor,
      severity: finding.severity,
      points: finding.points,
      participant_id: finding.participantId ?? '',
      role: finding.role ?? '',
      title: finding.prompt.title,
      tags: finding.tags,
      provisional: finding.provisional,
      words_at: inRange(finding.wordsAtMs),
      received_ms: finding.receivedAtMs,
      rule_set_hash: finding.ruleSetHash,
      evidence: JSON.stringify(finding.evidence),
      as_of: set.asOf,
      ...placeOf(record),
      version: set.asOf,
    },
  };
}

function deliveryRows(told: PersonAction, record: LogRecord): TableRow[] {
  const step = told.action.kind;
  if (step !== 'delivered' && step !== 'seen') return [];
  return [
    {
      table: 'delivery_steps',
      identity: identityOf(told.tenant, told.alertId, told.by, DESK, step),
      offset: record.offset,
      row: {
        tenant: told.tenant,
        alert_id: told.alertId,
        recipient: told.by,
        channel: DESK,
        step,
        conversation_id: told.conversationId,
        action_id: told.actionId,
        at_ms: told.atMs,
        ...placeOf(record),
        version: firstWins(record.offset),
      },
    },
  ];
}

/** The first time that this recipient was told of the alert, or that telling it failed. */
function resultRow(tenant: string, result: DeliveryResult, record: LogRecord): TableRow {
  const { alertId, recipient, channel, status, conversationId, id, atMs } = result;
  return {
    table: 'delivery_steps',
    identity: identityOf(tenant, alertId, recipient, channel, status),
    offset: record.offset,
    row: {
      tenant,
      alert_id: alertId,
      recipient,
      channel,
      step: status,
      conversation_id: conversationId,
      action_id: id,
      at_ms: atMs,
      ...placeOf(record),
      version: firstWins(record.offset),
    },
  };
}

const DESK = 'desk';
