import type { CallStep, Channel, ParticipantRole } from '@earshot/model';

/**
 * A scenario is a script: what is said when, and what people must see when. The same file is played as the demo and
 * as a test, embedded and on a cluster. Times are seconds from the start.
 */
export interface Scenario {
  name: string;
  language: string;
  conversation: {
    id: string;
    channel: Channel;
    skillGroup?: string;
    queue?: string;
    businessLine?: string;
    externalIds: Record<string, string>;
    customerKey?: string;
  };
  agent: { participantId: string; staffNumber: string };
  steps: Step[];
  expectations: Expectation[];
}

export type Step =
  /** Said by then: `at` is the end of the words. `partials` come before it, evenly, each the whole text so far. */
  | { at: number; kind: 'say'; role: ParticipantRole; text: string; partials: string[]; seconds: number }
  | { at: number; kind: 'call'; step: CallStep }
  | { at: number; kind: 'end' };

/** Between two moments the desk (or the wall) shows an alert of this rule; `never`: at no time. */
export type Expectation =
  | { kind: 'shows'; where: 'desk' | 'wall'; rule: string; from: number; to: number }
  | { kind: 'retracts'; where: 'desk' | 'wall'; rule: string; from: number; to: number }
  | { kind: 'never'; where: 'desk' | 'wall'; rule: string };
