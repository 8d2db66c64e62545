import type { Alert, AlertDelivery, AlertList, AlertRecord } from '@earshot/model';
import { defined, fromBytes, required, toBytes, unreachable } from './codec.js';
import { findingFromWire, findingToWire, summaryFromWire, summaryToWire } from './finding.js';
import * as pb from './gen/earshot/v1/alert.js';
import { alertStates, deliveryChannels, deliveryStatuses, outcomes } from './words.js';

export function encodeAlert(alert: Alert): Uint8Array {
  return toBytes(pb.Alert, alertToWire(alert));
}

export function decodeAlert(bytes: Uint8Array): Alert {
  return alertFromWire(fromBytes(pb.Alert, bytes));
}

export function encodeAlertList(list: AlertList): Uint8Array {
  return toBytes(pb.AlertList, alertListToWire(list));
}

export function decodeAlertList(bytes: Uint8Array): AlertList {
  return alertListFromWire(fromBytes(pb.AlertList, bytes));
}

export function encodeAlertRecord(record: AlertRecord): Uint8Array {
  return toBytes(pb.AlertRecord, alertRecordToWire(record));
}

export function decodeAlertRecord(bytes: Uint8Array): AlertRecord {
  return alertRecordFromWire(fromBytes(pb.AlertRecord, bytes));
}

export function alertToWire(alert: Alert): pb.Alert {
  return {
    ...alert,
    state: alertStates.toWire(alert.state),
    outcome: alert.outcome && outcomes.toWire(alert.outcome),
    finding: findingToWire(alert.finding),
    summary: summaryToWire(alert.summary),
    deliveries: (alert.deliveries ?? []).map(deliveryToWire),
  };
}

export function alertFromWire(alert: pb.Alert): Alert {
  return defined({
    ...alert,
    version: required('alert.version', alert.version),
    state: alertStates.fromWire('alert.state', alert.state),
    outcome: alert.outcome === undefined ? undefined : outcomes.fromWire('alert.outcome', alert.outcome),
    finding: findingFromWire(required('alert.finding', alert.finding)),
    summary: summaryFromWire(required('alert.summary', alert.summary)),
    timeline: defined(required('alert.timeline', alert.timeline)),
    deliveries: alert.deliveries.length === 0 ? undefined : alert.deliveries.map(deliveryFromWire),
  });
}

function deliveryToWire(delivery: AlertDelivery): pb.AlertDelivery {
  return {
    ...delivery,
    channel: deliveryChannels.toWire(delivery.channel),
    operation: alertStates.toWire(delivery.operation),
    status: deliveryStatuses.toWire(delivery.status),
  };
}

function deliveryFromWire(delivery: pb.AlertDelivery): AlertDelivery {
  return defined({
    ...delivery,
    channel: deliveryChannels.fromWire('alert.deliveries.channel', delivery.channel),
    operation: alertStates.fromWire('alert.deliveries.operation', delivery.operation),
    cause: required('alert.deliveries.cause', delivery.cause),
    status: deliveryStatuses.fromWire('alert.deliveries.status', delivery.status),
  });
}

export function alertListToWire(list: AlertList): pb.AlertList {
  return { ...list, alerts: list.alerts.map(alertToWire) };
}

export function alertListFromWire(list: pb.AlertList): AlertList {
  return { ...list, alerts: list.alerts.map(alertFromWire) };
}

function alertRecordToWire(record: AlertRecord): pb.AlertRecord {
  switch (record.kind) {
    case 'alert':
      return { body: { $case: 'alert', alert: alertToWire(record.alert) } };
    case 'list':
      return { body: { $case: 'list', list: alertListToWire(record.list) } };
    default:
      return unreachable('alert_record.body', record);
  }
}

function alertRecordFromWire(record: pb.AlertRecord): AlertRecord {
  const body = required('alert_record.body', record.body);
  switch (body.$case) {
    case 'alert':
      return { kind: 'alert', alert: alertFromWire(body.alert) };
    case 'list':
      return { kind: 'list', list: alertListFromWire(body.list) };
    default:
      return unreachable('alert_record.body', body);
  }
}
