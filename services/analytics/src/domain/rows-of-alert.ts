import type { LogRecord } from '@earshot/log';
import type { Alert, AlertList, Timeline } from '@earshot/model';
import type { WarehouseRow } from '@earshot/warehouse';
import { identityOf, inRange, placeOf, type TableRow } from './place.js';

export type AlertRecord = { kind: 'alert'; alert: Alert } | { kind: 'list'; list: AlertList };

/** A list repeats whole alerts with the versions they had: it mends what is missing and changes nothing else. */
export function rowsOfAlertRecord(said: AlertRecord, record: LogRecord): TableRow[] {
  return (said.kind === 'alert' ? [said.alert] : said.list.alerts).map((alert) => alertRow(alert, record));
}

function alertRow(alert: Alert, record: LogRecord): TableRow {
  const { finding, summary, version } = alert;
  return {
    table: 'alerts',
    identity: identityOf(alert.tenant, finding.ruleId, alert.id),
    offset: record.offset,
    row: {
      tenant: alert.tenant,
      alert_id: alert.id,
      conversation_id: alert.conversationId,
      rule_id: finding.ruleId,
      anchor: finding.anchor,
      state: alert.state,
      outcome: alert.outcome ?? '',
      reason: alert.reason,
      severity: finding.severity,
      points: finding.points,
      title: finding.prompt.title,
      tags: finding.tags,
      interrupting: alert.interrupting,
      history: alert.history,
      continues: alert.continues ?? '',
      claimed_by: alert.claimedBy ?? '',
      agents: alert.agents,
      shown_to: alert.shownTo,
      useful: alert.useful === undefined ? '' : alert.useful ? 'yes' : 'no',
      participant_id: finding.participantId ?? '',
      role: finding.role ?? '',
      channel: summary.channel,
      business_line: summary.businessLine ?? '',
      queue: summary.queue ?? '',
      skill_group: summary.skillGroup ?? '',
      external_ids: summary.externalIds,
      customer_key: summary.customerKey ?? '',
      spoken_at: inRange(alert.timeline.spokenMs),
      ...timeColumns(alert.timeline),
      rule_set_hash: finding.ruleSetHash,
      evidence: JSON.stringify(finding.evidence),
      version_offset: version.offset,
      version_index: version.index,
      ...placeOf(record),
      version: (BigInt(version.offset) << 20n) | BigInt(version.index),
    },
  };
}

/** 0: has not happened. */
function timeColumns(timeline: Timeline): WarehouseRow {
  return {
    spoken_ms: timeline.spokenMs,
    received_ms: timeline.receivedMs ?? 0,
    judged_ms: timeline.judgedMs ?? 0,
    raised_ms: timeline.raisedMs ?? 0,
    delivered_ms: timeline.deliveredMs ?? 0,
    seen_ms: timeline.seenMs ?? 0,
    claimed_ms: timeline.claimedMs ?? 0,
    closed_ms: timeline.closedMs ?? 0,
  };
}
