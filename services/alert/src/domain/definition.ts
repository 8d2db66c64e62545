import type { Decoded, Emission, FactPlace, FoldDefinition, FoldFact } from '@earshot/log/fold';
import {
  type Alert,
  type AlertRecord,
  type CaseFact,
  conversationKey,
  EarshotError,
  isFinalState,
  recipientKey,
} from '@earshot/model';
import {
  decodeAlertFoldState,
  decodeCaseFact,
  encodeAlertFoldState,
  encodeAlertRecord,
  encodeCaseFact,
  encodeDeliveryFact,
  TOPICS,
} from '@earshot/wire';
import { applyAction } from './apply-action.js';
import { applyResult } from './apply-result.js';
import { type AlertPolicy, type AlertState, applyStanding, change } from './apply-standing.js';
import { dueOf } from './deliveries.js';
import { NO_ROUTES, type Routing, type RoutingTable } from './routing.js';

export const SERVICE = 'alert';
/** Changes with whatever changes decisions. */
export const ENGINE = 'alert/3';

export interface AlertDeps extends AlertPolicy {
  /** How long after the last record a case without open alerts, or one whose conversation runs on, is kept, ms. */
  lingerMs: number;
  idleMs: number;
  /** An alert that nobody closes expires this long after the conversation's last record, ms. */
  expireAfterMs: number;
  /** Who is told outside; absent: nobody. */
  routing?: Routing;
}

type KeyedFact = CaseFact & { body: Extract<CaseFact['body'], { kind: 'standing' | 'action' | 'delivery' }> };

/** Alerting as a fold of `cases` alone: standing sets, people's actions, delivery results in, whole alerts and dues out. */
export function alertDefinition(deps: AlertDeps): FoldDefinition<AlertState, KeyedFact> {
  const { routing } = deps;
  const tableOf = ({ tenant, controlEpoch }: AlertState) => routing?.at(tenant, controlEpoch) ?? NO_ROUTES;
  return {
    service: SERVICE,
    engine: ENGINE,
    stateSchemas: [1],
    decode: (record) => decode(record.value, routing),
    encode: encodeFoldFact,
    // A result may come after its case was closed; it is nobody's mistake and finds nothing to change.
    opens: ({ body }) => body.kind !== 'action',
    open: (_key, { tenant, conversationId }) => ({
      tenant,
      conversationId,
      highestAsOf: -1,
      highestLife: -1,
      closing: false,
      controlEpoch: 0,
      entries: [],
      seenActions: [],
      heardMs: 0,
      changed: [],
      table: NO_ROUTES,
    }),
    apply(state, { body }, at) {
      state.changed = [];
      state.controlEpoch = Math.max(state.controlEpoch, epochOf(body));
      state.table = tableOf(state);
      state.heardMs = at.logMs;
      switch (body.kind) {
        case 'standing':
          return applyStanding(state, body.set, at, deps);
        case 'action':
          return applyAction(state, body.action, at);
        case 'delivery':
          return applyResult(state, body.result, at);
      }
    },
    reachTime(state, reachedMs, at) {
      state.changed = [];
      const expiry = expiryMs(state, deps);
      if (expiry === undefined || reachedMs < expiry) return { kind: 'repeated' };
      state.table = tableOf(state);
      expireOpen(state, at);
      return { kind: 'inspected' };
    },
    nextTime(state) {
      const expiry = expiryMs(state, deps);
      return expiry === undefined ? undefined : { reachedMs: expiry, appendFromLogMs: expiry };
    },
    closeAfterMs(state) {
      if (runsOn(state)) return deps.idleMs;
      return state.entries.some(isUnfinished) ? deps.expireAfterMs : deps.lingerMs;
    },
    emit: (state, at, why) => emit(state, at, why, tableOf(state)),
    saveState: encodeAlertFoldState,
    loadState: (bytes) => ({ ...decodeAlertFoldState(bytes), changed: [], table: NO_ROUTES }),
  };
}

/** Its conversation has sent sets and has not said that it ends. */
const runsOn = ({ highestAsOf, closing }: AlertState) => highestAsOf >= 0 && !closing;

/**
 * When what nobody closed expires. By a time fact and not with the case: receivers are told of it, and what became of
 * that is still to be written down.
 */
function expiryMs(state: AlertState, { idleMs, expireAfterMs }: AlertDeps): number | undefined {
  const isOpen = state.entries.some(({ alert, silent }) => !silent && !isFinalState(alert.state));
  if (!isOpen || state.heardMs === 0) return undefined;
  return state.heardMs + (runsOn(state) ? idleMs : expireAfterMs);
}

/** Somebody may still act on it, or a receiver has still to be told. */
function isUnfinished({ alert, silent }: AlertState['entries'][number]): boolean {
  return !silent && (!isFinalState(alert.state) || (alert.deliveries ?? []).some(({ status }) => status === 'due'));
}

function emit(
  state: AlertState,
  at: FactPlace,
  why: 'change' | 'takeover' | 'closing',
  table: RoutingTable,
): Emission[] {
  const { tenant, conversationId } = state;
  if (why === 'takeover') {
    const alerts = state.entries.filter((entry) => !entry.silent).map((entry) => entry.alert);
    const list = { tenant, conversationId, life: at.life, asOf: at.offset, alerts };
    return [
      emission({ kind: 'list', list }, tenant, conversationId),
      ...alerts.flatMap((alert) => dueEmissions(alert, table, true)),
    ];
  }
  if (why === 'closing') expireOpen(state, at);
  const told = state.changed.splice(0);
  return told.flatMap((alert) => [
    emission({ kind: 'alert', alert }, tenant, conversationId),
    ...dueEmissions(alert, table, false),
  ]);
}

function dueEmissions(alert: Alert, table: RoutingTable, all: boolean): Emission[] {
  const { tenant } = alert;
  return dueOf(alert, table, all).map(({ recipient, due }) => ({
    topic: TOPICS.deliveries,
    key: recipientKey(tenant, 'webhook', recipient),
    value: encodeDeliveryFact({ tenant, channel: 'webhook', recipient, body: due }),
  }));
}

function expireOpen(state: AlertState, at: FactPlace): void {
  state.changed = [];
  for (const entry of state.entries) {
    if (entry.silent || isFinalState(entry.alert.state)) continue;
    const timeline = { ...entry.alert.timeline, closedMs: at.logMs };
    change(state, entry, at, { state: 'expired', reason: 'expired', timeline });
  }
}

function emission(record: AlertRecord, tenant: string, conversationId: string): Emission {
  return { topic: TOPICS.alerts, key: conversationKey(tenant, conversationId), value: encodeAlertRecord(record) };
}

function epochOf(body: KeyedFact['body']): number {
  if (body.kind === 'standing') return body.set.controlEpoch;
  return body.kind === 'action' ? body.action.controlEpoch : body.result.controlEpoch;
}

function decode(bytes: Uint8Array, routing: Routing | undefined): Decoded<KeyedFact> {
  let fact: CaseFact;
  try {
    fact = decodeCaseFact(bytes);
  } catch (error) {
    return { kind: 'bad', reason: error instanceof EarshotError ? error.code : 'undecodable' };
  }
  const { tenant, conversationId, body } = fact;
  const key = conversationKey(tenant, conversationId);
  switch (body.kind) {
    case 'time-reached':
      return { kind: 'time-reached', key, reachedMs: body.reachedMs };
    case 'closed':
      return { kind: 'closed', key, lastOffset: body.lastOffset };
    case 'takeover':
      return body;
    case 'checkpoint':
      return body.service === SERVICE ? { kind: 'checkpoint', key, checkpoint: body } : { kind: 'skip' };
    default: {
      const epoch = epochOf(body);
      // To decide with older routes than the writer knew would be another decision than a replay makes.
      if (routing && !routing.known(epoch)) return { kind: 'wait', code: 'control-epoch-unknown', detail: { epoch } };
      return { kind: 'fact', key, fact: { tenant, conversationId, body } };
    }
  }
}

function encodeFoldFact(fact: FoldFact, key: string): Uint8Array {
  const [tenant = '', ...rest] = key.split('|');
  const body = fact.kind === 'checkpoint' ? ({ kind: 'checkpoint', ...fact.checkpoint } as const) : fact;
  return encodeCaseFact({ tenant, conversationId: rest.join('|'), body });
}
