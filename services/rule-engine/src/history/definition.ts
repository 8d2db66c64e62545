import type { Applied, Decoded, Emission, FactPlace, FoldDefinition, FoldFact } from '@earshot/log/fold';
import {
  type Contribution,
  conversationKey,
  deriveId,
  EarshotError,
  type EngineBody,
  HISTORY_WINDOW_MS,
  type HistoryFact,
  type HistorySubject,
  historyKey,
} from '@earshot/model';
import {
  decodeHistoryFact,
  decodeSubjectHistory,
  encodeConversationFact,
  encodeHistoryFact,
  encodeSubjectHistory,
  type SubjectHistory,
  TOPICS,
} from '@earshot/wire';
import { countFor, newestMs } from './count.js';

export const HISTORY_SERVICE = 'history';

/** What reaches the log later than this is counted with what is still held. */
const LATEST_MS = 24 * 3_600_000;

/** What is held of one subject. */
export interface SubjectState extends Omit<SubjectHistory, 'contributions'> {
  /** By conversation and life, the longest untouched first. */
  contributions: Map<string, Contribution>;
  /** The contribution just applied, if it changed what is counted: its conversation is to be told. */
  asks?: Contribution;
}

type ContributionFact = { tenant: string; subject: HistorySubject; contribution: Contribution };

/** Counts by customer, agent and topic as a fold of `history`: whoever adds to a count is told what it is now. */
export const historyDefinition: FoldDefinition<SubjectState, ContributionFact> = {
  service: HISTORY_SERVICE,
  engine: 'history/1',
  stateSchemas: [1],
  decode: ({ value }) => decode(value),
  encode: encodeFoldFact,
  opens: () => true,
  open: (_key, { tenant, subject }) => ({ tenant, subject, contributions: new Map() }),
  apply: (state, { contribution }, at) => apply(state, contribution, at),
  reachTime: () => ({ kind: 'repeated' }),
  nextTime: () => undefined,
  closeAfterMs: ({ subject }) => keptMs(subject),
  // An answer is out before the offset moves, and a life that was taken over owes nobody one.
  emit: (state, at, why) => (why === 'change' && state.asks ? [answer(state, state.asks, at)] : []),
  saveState: ({ contributions, ...state }) =>
    encodeSubjectHistory({ ...state, contributions: [...contributions.values()] }),
  loadState(bytes) {
    const { contributions, ...state } = decodeSubjectHistory(bytes);
    return { ...state, contributions: new Map(contributions.map((one) => [nameOf(one), one])) };
  },
};

function apply(state: SubjectState, contribution: Contribution, at: FactPlace): Applied {
  state.asks = undefined;
  const { contributions } = state;
  const name = nameOf(contribution);
  const known = contributions.get(name);
  if (known && known.asOf >= contribution.asOf) return { kind: 'repeated' };
  contributions.delete(name);
  contributions.set(name, contribution);
  const oldestMs = at.logMs - keptMs(state.subject);
  for (const [oldest, one] of contributions) {
    if (newestMs(one) > oldestMs) break;
    contributions.delete(oldest);
  }
  const before = known ? content(known) : undefined;
  if (before !== content(contribution) && (known || adds(state.subject, contribution))) state.asks = contribution;
  return { kind: 'inspected' };
}

/** A customer's contact counts by itself; about others only findings do. */
function adds({ kind }: HistorySubject, { findings }: Contribution): boolean {
  return kind === 'customer' || findings.length > 0;
}

function keptMs({ kind }: HistorySubject): number {
  return HISTORY_WINDOW_MS[kind] + LATEST_MS;
}

function nameOf({ conversationId, life }: Contribution): string {
  return `${life}/${conversationId}`;
}

function content({ atMs, channel, findings }: Contribution): string {
  return JSON.stringify([atMs, channel, findings]);
}

function answer(state: SubjectState, asks: Contribution, at: FactPlace): Emission {
  const { tenant, subject } = state;
  const { conversationId } = asks;
  const count = countFor({ subject, contributions: [...state.contributions.values()] }, asks);
  const eventId = deriveId('history', tenant, subject.kind, subject.id, conversationId, at.offset);
  const value = encodeConversationFact({
    tenant,
    conversationId,
    eventId,
    atMs: at.logMs,
    receivedAtMs: 0,
    source: 'text',
    body: { kind: 'history', subject, cause: at.offset, knownMs: at.logMs, ...count },
  });
  return { topic: TOPICS.conversations, key: conversationKey(tenant, conversationId), value };
}

function decode(bytes: Uint8Array): Decoded<ContributionFact> {
  let fact: HistoryFact;
  try {
    fact = decodeHistoryFact(bytes);
  } catch (error) {
    return { kind: 'bad', reason: error instanceof EarshotError ? error.code : 'undecodable' };
  }
  const { tenant, subject, body } = fact;
  if (body.kind === 'takeover') return body;
  if (!subject) return { kind: 'bad', reason: 'invalid' };
  const key = historyKey(tenant, subject);
  switch (body.kind) {
    case 'time-reached':
      return { kind: 'time-reached', key, reachedMs: body.reachedMs };
    case 'closed':
      return { kind: 'closed', key, lastOffset: body.lastOffset };
    case 'checkpoint':
      return { kind: 'checkpoint', key, checkpoint: body };
    case 'contribution':
      return { kind: 'fact', key, fact: { tenant, subject, contribution: body } };
  }
}

function encodeFoldFact(fact: FoldFact, key: string): Uint8Array {
  const body: EngineBody = fact.kind === 'checkpoint' ? { kind: 'checkpoint', ...fact.checkpoint } : fact;
  if (fact.kind === 'takeover') return encodeHistoryFact({ tenant: '', body });
  const [tenant = '', kind = '', id = ''] = /^([^|]*)\|([^:]*):(.*)$/s.exec(key)?.slice(1) ?? [];
  return encodeHistoryFact({ tenant, subject: { kind: kind as HistorySubject['kind'], id }, body });
}
