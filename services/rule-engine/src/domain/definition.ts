import type { Decoded, Emission, FactPlace, FoldDefinition, FoldFact } from '@earshot/log/fold';
import type {
  Amendment,
  ConversationFact,
  ConversationSummary,
  EngineBody,
  EventBody,
  Finding,
  StandingSet,
} from '@earshot/model';
import { conversationKey, deriveId, EarshotError } from '@earshot/model';
import type { Era, Eras, MakeJudge, RuleSet } from '@earshot/rules';
import {
  decodeConversationFact,
  encodeCaseFact,
  encodeConversationFact,
  loadRecord,
  RECORD_SCHEMAS,
  saveRecord,
  TOPICS,
} from '@earshot/wire';
import { advance, amend, applyFact } from './apply-fact.js';
import { tellHistory } from './contributions.js';
import { type EngineState, openState } from './engine-state.js';
import { summarise } from './summary.js';

export const SERVICE = 'rule-engine';
/** Changes with whatever changes verdicts or records. */
export const ENGINE = 'rule-engine/1';

export interface EngineDeps {
  /** By content hash; undefined: not known (yet), the partition waits. */
  ruleSet(hash: string): RuleSet | undefined;
  makeJudge: MakeJudge;
  /** Whether a finding counts in history; what rests on history does not, so that nothing feeds itself. */
  counts(finding: Finding): boolean;
  /** The control epoch this writer knows; alert uses the highest it has read in a conversation. */
  controlEpoch(): number;
  /** How long after the last record an unfinished conversation is given up, ms of log time. */
  idleMs: number;
  /** How long after the last record an ended conversation waits for what comes late, ms of log time. */
  lingerMs: number;
  lateness: { voiceMs: number; textMs: number };
  /** Of the prompts, where a rule has both. */
  language: 'zh' | 'en';
}

type EventFact = ConversationFact & { body: EventBody | Amendment };

/** The rule engine as a fold of `conversations`: facts in, standing sets out. */
export function engineDefinition(deps: EngineDeps): FoldDefinition<EngineState, EventFact> {
  const erasOf = ({ ruleSet, laterEras }: EngineState): Eras | undefined => {
    const first = ruleSet && deps.ruleSet(ruleSet.hash);
    if (!first) return undefined;
    const later: Era[] = [];
    for (const { hash, fromMs } of laterEras) {
      const known = deps.ruleSet(hash);
      if (!known) return undefined;
      later.push({ ruleSet: known, fromMs });
    }
    return [{ ruleSet: first, fromMs: 0 }, ...later];
  };
  const judgeOf = (state: EngineState) => {
    if (state.judge) return state.judge;
    const eras = erasOf(state);
    if (!eras) return undefined;
    const latenessMs = state.record.channel === 'voice' ? deps.lateness.voiceMs : deps.lateness.textMs;
    state.judge = deps.makeJudge(eras, state.record, { latenessMs, language: deps.language });
    return state.judge;
  };

  return {
    service: SERVICE,
    engine: ENGINE,
    stateSchemas: RECORD_SCHEMAS,
    decode: (record) => decode(record.value, (hash) => deps.ruleSet(hash) !== undefined),
    encode: encodeFoldFact,
    opens: () => true,
    open: (_key, fact) => openState(fact),
    apply(state, fact, at) {
      const { body } = fact;
      const amends = body.kind === 'score' || body.kind === 'history';
      // Words are most of what comes, and the summary says nothing of them.
      if (body.kind !== 'utterance' && body.kind !== 'score') state.summary = undefined;
      return amends ? amend(state, body) : applyFact(state, fact, body, at, deps.lingerMs);
    },
    reachTime(state, reachedMs, at) {
      if (!advance(state, reachedMs, at.logMs)) return { kind: 'repeated' };
      state.judge?.conversationChanged();
      return { kind: 'inspected' };
    },
    nextTime(state) {
      const { nowMs, endedAtMs } = state.record;
      const dueMs = endedAtMs === undefined ? judgeOf(state)?.nextDueMs() : undefined;
      return dueMs === undefined
        ? undefined
        : { reachedMs: dueMs, appendFromLogMs: dueMs - nowMs + state.nowSetAtLogMs };
    },
    closeAfterMs: (state) => (state.record.endedAtMs === undefined ? deps.idleMs : deps.lingerMs),
    emit(state, at, why) {
      const judge = judgeOf(state);
      // Without the rules that it is pinned to nothing can be said, least of all that nothing stands.
      if (state.ruleSet && !judge) return [];
      return emit(state, at, why, judge?.findings() ?? [], deps);
    },
    saveState: saveRecord,
    loadState: loadRecord,
  };
}

function decode(bytes: Uint8Array, known: (hash: string) => boolean): Decoded<EventFact> {
  let fact: ConversationFact;
  try {
    fact = decodeConversationFact(bytes);
  } catch (error) {
    return { kind: 'bad', reason: error instanceof EarshotError ? error.code : 'undecodable' };
  }
  const key = conversationKey(fact.tenant, fact.conversationId);
  const { body, ruleSet } = fact;
  switch (body.kind) {
    case 'time-reached':
      return { kind: 'time-reached', key, reachedMs: body.reachedMs };
    case 'closed':
      return { kind: 'closed', key, lastOffset: body.lastOffset };
    case 'takeover':
      return body;
    case 'checkpoint':
      return body.service === SERVICE ? { kind: 'checkpoint', key, checkpoint: body } : { kind: 'skip' };
    case 'score':
    case 'history':
      return { kind: 'fact', key, fact: { ...fact, body }, amends: true };
    default:
      if (ruleSet && !known(ruleSet.hash))
        return { kind: 'wait', code: 'rule-set-unknown', detail: { hash: ruleSet.hash } };
      return { kind: 'fact', key, fact: { ...fact, body } };
  }
}

function encodeFoldFact(fact: FoldFact, key: string): Uint8Array {
  const [tenant = '', ...rest] = key.split('|');
  const conversationId = rest.join('|');
  const body: EngineBody = fact.kind === 'checkpoint' ? { kind: 'checkpoint', ...fact.checkpoint } : fact;
  const atMs = fact.kind === 'time-reached' ? fact.reachedMs : 0;
  const eventId = deriveId(
    fact.kind,
    key,
    fact.kind === 'takeover' ? fact.owner : fact.kind === 'closed' ? fact.lastOffset : atMs,
  );
  return encodeConversationFact({ tenant, conversationId, eventId, atMs, receivedAtMs: 0, source: 'text', body });
}

function emit(
  state: EngineState,
  at: FactPlace,
  why: 'change' | 'takeover' | 'closing',
  findings: readonly Finding[],
  deps: Pick<EngineDeps, 'controlEpoch' | 'counts'>,
): Emission[] {
  const { tenant, conversationId } = state.record;
  state.summary ??= withText(summarise(state.record));
  const told = { findings, summary: state.summary.text };
  const before = state.told;
  state.told = told;
  const sameFindings = before ? before.findings === findings : findings.length === 0;
  const nothingNew = sameFindings || (before?.findings.length === 0 && findings.length === 0);
  const sameSummary = before?.summary === told.summary;
  if (why === 'change' && sameFindings && sameSummary) return [];
  const counted = findings.filter((finding) => deps.counts(finding));
  const history = tellHistory(state.record, counted, state.toldHistory, at, why);
  state.toldHistory = history.told;
  if (why === 'change' && nothingNew && (findings.length === 0 || sameSummary)) return history.emissions;
  const set: StandingSet = {
    tenant,
    conversationId,
    life: at.life,
    asOf: at.offset,
    findings: [...findings],
    summary: state.summary.value,
    closing: why === 'closing',
    controlEpoch: deps.controlEpoch(),
  };
  const value = encodeCaseFact({ tenant, conversationId, body: { kind: 'standing', set } });
  return [{ topic: TOPICS.cases, key: conversationKey(tenant, conversationId), value }, ...history.emissions];
}

function withText(value: ConversationSummary): NonNullable<EngineState['summary']> {
  return { value, text: JSON.stringify(value) };
}
