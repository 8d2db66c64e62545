import type { Decoded, Emission, FactPlace, FoldDefinition, FoldFact } from '@earshot/log/fold';
import { type AlertRecord, type CaseFact, conversationKey, EarshotError, isFinalState } from '@earshot/model';
import {
  decodeAlertFoldState,
  decodeCaseFact,
  encodeAlertFoldState,
  encodeAlertRecord,
  encodeCaseFact,
  TOPICS,
} from '@earshot/wire';
import { applyAction } from './apply-action.js';
import { type AlertPolicy, type AlertState, applyStanding, change } from './apply-standing.js';

export const SERVICE = 'alert';
/** Changes with whatever changes decisions. */
export const ENGINE = 'alert/1';

export interface AlertDeps extends AlertPolicy {
  /** How long after the last record a case without open alerts, or one whose conversation runs on, is kept, ms. */
  lingerMs: number;
  idleMs: number;
  /** An alert that nobody closes expires this long after the conversation's last record, ms. */
  expireAfterMs: number;
}

type KeyedFact = CaseFact & { body: Extract<CaseFact['body'], { kind: 'standing' | 'action' }> };

/** Alerting as a fold of `cases` alone: standing sets and people's actions in, whole alerts out. */
export function alertDefinition(deps: AlertDeps): FoldDefinition<AlertState, KeyedFact> {
  return {
    service: SERVICE,
    engine: ENGINE,
    stateSchemas: [1],
    decode: (record) => decode(record.value),
    encode: encodeFoldFact,
    opens: (fact) => fact.body.kind === 'standing',
    open: (_key, { tenant, conversationId }) => ({
      tenant,
      conversationId,
      highestAsOf: -1,
      highestLife: -1,
      closing: false,
      controlEpoch: 0,
      entries: [],
      seenActions: [],
      changed: [],
    }),
    apply(state, { body }, at) {
      state.changed = [];
      return body.kind === 'standing' ? applyStanding(state, body.set, at, deps) : applyAction(state, body.action, at);
    },
    reachTime: () => ({ kind: 'repeated' }),
    nextTime: () => undefined,
    closeAfterMs(state) {
      if (!state.closing) return deps.idleMs;
      return state.entries.some(({ alert, silent }) => !silent && !isFinalState(alert.state))
        ? deps.expireAfterMs
        : deps.lingerMs;
    },
    emit,
    saveState: encodeAlertFoldState,
    loadState: (bytes) => ({ ...decodeAlertFoldState(bytes), changed: [] }),
  };
}

function emit(state: AlertState, at: FactPlace, why: 'change' | 'takeover' | 'closing'): Emission[] {
  const { tenant, conversationId } = state;
  if (why === 'takeover') {
    const alerts = state.entries.filter((entry) => !entry.silent).map((entry) => entry.alert);
    return [
      emission(
        { kind: 'list', list: { tenant, conversationId, life: at.life, asOf: at.offset, alerts } },
        tenant,
        conversationId,
      ),
    ];
  }
  if (why === 'closing') expireOpen(state, at);
  const told = state.changed.splice(0);
  return told.map((alert) => emission({ kind: 'alert', alert }, tenant, conversationId));
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

function decode(bytes: Uint8Array): Decoded<KeyedFact> {
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
    default:
      return { kind: 'fact', key, fact: { tenant, conversationId, body } };
  }
}

function encodeFoldFact(fact: FoldFact, key: string): Uint8Array {
  const [tenant = '', ...rest] = key.split('|');
  const body = fact.kind === 'checkpoint' ? ({ kind: 'checkpoint', ...fact.checkpoint } as const) : fact;
  return encodeCaseFact({ tenant, conversationId: rest.join('|'), body });
}
