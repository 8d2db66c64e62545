import { conversationKey } from '@earshot/model';
import {
  decodeAlertRecord,
  decodeCaseFact,
  decodeDeliveryFact,
  encodeAlertRecord,
  encodeCaseFact,
  TOPICS,
} from '@earshot/wire';
import { alerting, engineOf, ROUTING } from './cast.js';

type Engine = ReturnType<typeof engineOf>;
type Alerting = ReturnType<typeof alerting>;

/** Definitions with one sentence of the plan put back to the wording it replaced. Each must be caught. */

/** Tells only what is new, as a delta, and trusts that the receiver has all the rest. */
export function engineThatTellsDeltas(version: 1 | 2): Engine {
  const definition = engineOf(version);
  return {
    ...definition,
    emit(state, at, why) {
      const before = new Set((state.told?.findings ?? []).map((finding) => JSON.stringify(finding)));
      return definition.emit(state, at, why).map((emission) => {
        const fact = decodeCaseFact(emission.value);
        if (fact.body.kind !== 'standing') return emission;
        const findings = fact.body.set.findings.filter((finding) => !before.has(JSON.stringify(finding)));
        return {
          ...emission,
          value: encodeCaseFact({ ...fact, body: { kind: 'standing', set: { ...fact.body.set, findings } } }),
        };
      });
    },
  };
}

/** Keeps verdicts in the checkpoint and believes them afterwards, whatever engine reads them. */
export function engineThatSavesVerdicts(version: 1 | 2): Engine {
  const definition = engineOf(version);
  return {
    ...definition,
    saveState(state) {
      const findings = state.judge?.findings() ?? [];
      const head = new TextEncoder().encode(JSON.stringify(findings));
      const size = new Uint8Array(new Uint32Array([head.length]).buffer);
      return Buffer.concat([size, head, definition.saveState(state)]);
    },
    loadState(bytes, schema) {
      const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
      const findings = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
      const state = definition.loadState(bytes.subarray(4 + length), schema);
      state.judge = {
        utteranceChanged() {},
        conversationChanged() {},
        findings: () => findings,
        nextDueMs: () => undefined,
      };
      return state;
    },
  };
}

/** Forgets in the checkpoint which events were seen. */
export function engineThatForgetsOpenRevisions(version: 1 | 2): Engine {
  const definition = engineOf(version);
  return {
    ...definition,
    loadState(bytes, schema) {
      const state = definition.loadState(bytes, schema);
      for (const one of state.record.utterances.values()) one.openRevisions = one.openRevisions.slice(-1);
      return state;
    },
  };
}

/** An old `started` makes a life fresh, however late it comes. */
export function engineThatTrustsOldStarts(version: 1 | 2): Engine {
  const definition = engineOf(version);
  return {
    ...definition,
    apply(state, fact, at) {
      const applied = definition.apply(state, fact, at);
      if (fact.body.kind === 'started' && applied.kind === 'inspected') state.record.resumed = false;
      return applied;
    },
  };
}

/** Versions are a counter in memory instead of the cause. */
export function alertThatCounts(version: 1 | 2): Alerting {
  const definition = alerting(version);
  let counter = 0;
  return {
    ...definition,
    emit: (state, at, why) =>
      definition.emit(state, at, why).map((emission) => {
        const said = decodeAlertRecord(emission.value);
        if (said.kind !== 'alert') return emission;
        const alert = { ...said.alert, version: { offset: ++counter, index: 0 } };
        return {
          topic: TOPICS.alerts,
          key: conversationKey(alert.tenant, alert.conversationId),
          value: encodeAlertRecord({ kind: 'alert', alert }),
        };
      }),
  };
}

/** Takes every standing set for newer than the last. */
export function alertThatTakesOldSets(version: 1 | 2): Alerting {
  const definition = alerting(version);
  return {
    ...definition,
    apply(state, fact, at) {
      state.highestAsOf = -1;
      return definition.apply(state, fact, at);
    },
  };
}

/** Lets a set retract what another life asserted. */
export function alertThatMixesLives(version: 1 | 2): Alerting {
  const definition = alerting(version);
  return {
    ...definition,
    apply(state, fact, at) {
      if (fact.body.kind === 'standing') for (const entry of state.entries) entry.life = fact.body.set.life;
      return definition.apply(state, fact, at);
    },
  };
}

/** Says nothing of its alerts at takeover but drops what it does not know: lists are empty. */
export function alertWithEmptyLists(version: 1 | 2): Alerting {
  const definition = alerting(version);
  return {
    ...definition,
    emit: (state, at, why) =>
      definition.emit(state, at, why).map((emission) => {
        const said = decodeAlertRecord(emission.value);
        return said.kind === 'alert'
          ? emission
          : { ...emission, value: encodeAlertRecord({ kind: 'list', list: { ...said.list, alerts: [] } }) };
      }),
  };
}

/** Keeps nothing of a finding that it does not raise, so it cannot own up to a card that was shown before. */
export function alertThatKeepsNothingSilent(version: 1 | 2): Alerting {
  const definition = alerting(version);
  return {
    ...definition,
    apply(state, fact, at) {
      const applied = definition.apply(state, fact, at);
      state.entries = state.entries.filter((entry) => !entry.silent);
      return applied;
    },
  };
}

/** Forgets what it does not raise once its finding is gone: whoever was shown it in between is never told. */
export function alertThatForgetsSilentOnesTooSoon(version: 1 | 2): Alerting {
  const definition = alerting(version);
  return {
    ...definition,
    apply(state, fact, at) {
      const applied = definition.apply(state, fact, at);
      state.entries = state.entries.filter((entry) => !entry.silent || entry.alert.state !== 'retracted');
      return applied;
    },
  };
}

/** Forgets who was told once the routes no longer name him: he never hears the end. */
export function alertThatTellsOnlyItsRoutes(version: 1 | 2): Alerting {
  const definition = alerting(version, ROUTING);
  return {
    ...definition,
    emit: (state, at, why) =>
      definition.emit(state, at, why).filter(({ topic, value }) => {
        if (topic !== TOPICS.deliveries) return true;
        const { recipient } = decodeDeliveryFact(value);
        return ROUTING.at(state.tenant, state.controlEpoch).routes.some(({ id }) => id === recipient);
      }),
  };
}

/** Moves the whole conversation to newer rules, so that old words meet them. */
export function engineThatRejudgesOldWords(version: 1 | 2): Engine {
  const definition = engineOf(version);
  return {
    ...definition,
    apply(state, fact, at) {
      const before = state.laterEras.length;
      const applied = definition.apply(state, fact, at);
      if (state.laterEras.length > before) {
        for (const one of state.record.utterances.values()) one.era = state.laterEras.length;
        state.judge = undefined;
      }
      return applied;
    },
  };
}

/** A checkpoint that does not say which words were said under which rules. */
export function engineThatForgetsEras(version: 1 | 2): Engine {
  const definition = engineOf(version);
  return {
    ...definition,
    saveState: (state) => definition.saveState({ ...state, laterEras: [] }),
  };
}
