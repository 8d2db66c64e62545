import {
  ALERT_STATES,
  CALL_STEPS,
  CHANNELS,
  DELIVERY_CHANNELS,
  DELIVERY_STATUSES,
  DIRECTIONS,
  EXAMPLE_KINDS,
  HISTORY_SUBJECTS,
  OUTCOMES,
  PARTICIPANT_ROLES,
  PUBLICATION_ACTIONS,
  SEVERITIES,
} from '@earshot/model';
import { invalid } from './codec.js';
import { AlertState, DeliveryChannel, DeliveryStatus, Outcome } from './gen/earshot/v1/alert.js';
import { CallStep, Channel, Direction, ParticipantRole } from './gen/earshot/v1/event.js';
import { Source } from './gen/earshot/v1/fact.js';
import { Severity } from './gen/earshot/v1/finding.js';
import { HistorySubjectKind } from './gen/earshot/v1/history_count.js';
import { ExampleKind, PublicationAction } from './gen/earshot/v1/rule_set.js';

/** THIRD_PARTY → third-party: a member of a wire enum and its domain word differ in spelling only. */
type Word<N extends string> = N extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}-${Word<Tail>}`
  : Lowercase<N>;
type WireWord<E> = Word<Exclude<keyof E & string, 'UNSPECIFIED' | 'UNRECOGNIZED'>>;

export interface Words<D extends string, E> {
  toWire(word: D): E;
  /** Throws `invalid` for the unspecified and for unknown values. */
  fromWire(field: string, value: E): D;
}

/** Does not compile unless both lists hold the same words. */
function words<const D extends string, E extends Record<string, string | number>>(
  wire: E,
  domain: readonly D[] & ([D, WireWord<E>] extends [WireWord<E>, D] ? unknown : never),
): Words<D, E[keyof E] & number> {
  type Value = E[keyof E] & number;
  const pairs = domain.map((word) => [word, wire[word.toUpperCase().replaceAll('-', '_')] as Value] as const);
  const values = new Map<string, Value>(pairs);
  const names = new Map<number, D>(pairs.map(([word, value]) => [value, word]));
  return {
    toWire(word) {
      const value = values.get(word);
      if (value === undefined) throw invalid('word', 'is not in the list', { list: domain });
      return value;
    },
    fromWire(field, value) {
      const word = names.get(value);
      if (word === undefined) throw invalid(field, value === 0 ? 'is missing' : 'has an unknown value', { value });
      return word;
    },
  };
}

export const channels = words(Channel, CHANNELS);
export const directions = words(Direction, DIRECTIONS);
export const roles = words(ParticipantRole, PARTICIPANT_ROLES);
export const callSteps = words(CallStep, CALL_STEPS);
export const sources = words(Source, ['voice', 'text']);
export const severities = words(Severity, SEVERITIES);
export const historySubjects = words(HistorySubjectKind, HISTORY_SUBJECTS);
export const alertStates = words(AlertState, ALERT_STATES);
export const outcomes = words(Outcome, OUTCOMES);
export const deliveryChannels = words(DeliveryChannel, DELIVERY_CHANNELS);
export const deliveryStatuses = words(DeliveryStatus, DELIVERY_STATUSES);
export const exampleKinds = words(ExampleKind, EXAMPLE_KINDS);
export const publicationActions = words(PublicationAction, PUBLICATION_ACTIONS);
