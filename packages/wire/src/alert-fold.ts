import type { Alert, ConversationSummary } from '@earshot/model';
import { alertFromWire, alertToWire } from './alert.js';
import { defined, fromBytes, required, toBytes } from './codec.js';
import { summaryFromWire, summaryToWire } from './finding.js';
import * as pb from './gen/earshot/v1/alert.js';

export interface AlertFoldEntry {
  life: number;
  alert: Alert;
  /** Stands, but is told to nobody: it becomes an alert if somebody turns out to have seen it. */
  silent: boolean;
}

/** What the alert service keeps of one conversation; its checkpoint holds these bytes. */
export interface AlertFoldState {
  tenant: string;
  conversationId: string;
  /** Of the standing sets read so far. */
  highestAsOf: number;
  highestLife: number;
  closing: boolean;
  controlEpoch: number;
  /** In the order in which they were raised; `life` last asserted the finding. */
  entries: AlertFoldEntry[];
  /** Ids of the people's actions that were applied, in order. */
  seenActions: string[];
  /** Log time of the last set, action or result, epoch ms; 0: saved before this was kept. */
  heardMs: number;
  summary?: ConversationSummary;
}

export function encodeAlertFoldState(state: AlertFoldState): Uint8Array {
  return toBytes(pb.AlertFoldState, {
    ...state,
    entries: state.entries.map((entry) => ({ ...entry, alert: alertToWire(entry.alert) })),
    summary: state.summary && summaryToWire(state.summary),
  });
}

export function decodeAlertFoldState(bytes: Uint8Array): AlertFoldState {
  const state = fromBytes(pb.AlertFoldState, bytes);
  return defined({
    ...state,
    entries: state.entries.map(({ life, alert, silent }) => ({
      life,
      silent,
      alert: alertFromWire(required('alert_fold_state.entries.alert', alert)),
    })),
    summary: state.summary && summaryFromWire(state.summary),
  });
}
