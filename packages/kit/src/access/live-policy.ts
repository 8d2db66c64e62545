import type { CaseAction } from '@earshot/model';
import type { ClientMessage, View } from '@earshot/wire/live';
import type { PolicyName } from './policy.js';

const VIEWS: Record<View, PolicyName> = { desk: 'live.desk', wall: 'live.wall' };

const ACTIONS: Record<CaseAction['kind'], PolicyName> = {
  claim: 'alert.claim',
  release: 'alert.release',
  resolve: 'alert.resolve',
  delivered: 'alert.delivered',
  seen: 'alert.seen',
  feedback: 'alert.feedback',
};

/** A new kind of message does not compile until it has a policy here. */
const MESSAGES: { [Type in ClientMessage['type']]: (message: Extract<ClientMessage, { type: Type }>) => PolicyName } = {
  subscribe: (message) => VIEWS[message.view],
  follow: () => 'conversation.read',
  unfollow: () => 'session.read',
  act: (message) => ACTIONS[message.action.kind],
};

/** The policy of a (validated) message of the live protocol. */
export function livePolicy(message: ClientMessage): PolicyName {
  const find = MESSAGES[message.type] as (message: ClientMessage) => PolicyName;
  return find(message);
}

/** For the check that every kind of message has a policy. */
export const LIVE_MESSAGE_TYPES = Object.keys(MESSAGES) as ClientMessage['type'][];
