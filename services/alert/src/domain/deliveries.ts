import {
  type Alert,
  type AlertDelivery,
  compareVersions,
  type DeliveryContent,
  type DeliveryDue,
  deliveryId,
  isFinalState,
} from '@earshot/model';
import { isFor, type RoutingTable } from './routing.js';

/**
 * The alert with what its new state makes due. While it is open it goes to every route that it is for, and to `also`;
 * whoever was told before is told every further state, whatever the routes say now. History goes to nobody anew.
 */
export function withDue(alert: Alert, table: RoutingTable, dueMs: number, also: readonly string[]): Alert {
  const known = alert.deliveries ?? [];
  const due = (recipient: string): AlertDelivery => ({
    channel: 'webhook',
    recipient,
    operation: alert.state,
    cause: alert.version,
    dueMs,
    status: 'due',
    attempts: 0,
  });
  const told = new Set(known.map(({ recipient }) => recipient));
  const wanted = table.routes.filter((route) => isFor(route, alert, table)).map(({ id }) => id);
  const fresh = alert.history || isFinalState(alert.state) ? [] : new Set([...wanted, ...also]);
  const deliveries = [
    ...known.map((one) => (one.operation === alert.state ? one : due(one.recipient))),
    ...[...fresh].filter((recipient) => !told.has(recipient)).map(due),
  ];
  return deliveries.length === 0 ? alert : { ...alert, deliveries };
}

/** To whom an alert has gone that is not over for them; who continues it has to tell them. */
export function toldOpen(alert: Alert | undefined): string[] {
  const open = (alert?.deliveries ?? []).filter(({ operation }) => !isFinalState(operation));
  return open.map(({ recipient }) => recipient);
}

/** What this version of the alert made due; `all`: whatever is still due. */
export function dueOf(alert: Alert, table: RoutingTable, all: boolean): { recipient: string; due: DeliveryDue }[] {
  return (alert.deliveries ?? [])
    .filter(({ status, cause }) => status === 'due' && (all || compareVersions(cause, alert.version) === 0))
    .map(({ channel, recipient, operation, cause, dueMs }) => ({
      recipient,
      due: {
        kind: 'due',
        id: deliveryId({ alertId: alert.id, channel, recipient }, operation, cause),
        conversationId: alert.conversationId,
        alertId: alert.id,
        operation,
        cause,
        atMs: dueMs,
        content: contentFor(alert, recipient, table),
      },
    }));
}

/** A reference, unless the route allows the masked words: what is not in the record cannot leave by mistake. */
function contentFor(alert: Alert, recipient: string, table: RoutingTable): DeliveryContent {
  const { finding, summary } = alert;
  const allowed = table.routes.find(({ id }) => id === recipient)?.content === 'masked-evidence';
  const units = alert.agents.flatMap((agent) => table.unitsOf(agent).slice(0, 1));
  return {
    ruleId: finding.ruleId,
    title: finding.prompt.title,
    severity: finding.severity,
    reason: alert.reason,
    units: [...new Set(units)],
    channel: summary.channel,
    spokenMs: alert.timeline.spokenMs,
    evidence: allowed ? finding.evidence.map(({ role, startMs, quote }) => ({ role, startMs, quote })) : [],
    ...(alert.continues === undefined ? {} : { continues: alert.continues }),
    ...(alert.outcome === undefined ? {} : { outcome: alert.outcome }),
    ...(summary.businessLine === undefined ? {} : { businessLine: summary.businessLine }),
    ...(summary.skillGroup === undefined ? {} : { skillGroup: summary.skillGroup }),
  };
}
