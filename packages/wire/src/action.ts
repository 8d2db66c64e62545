import type { CaseAction, PersonAction } from '@earshot/model';
import { defined, required, unreachable } from './codec.js';
import type * as pb from './gen/earshot/v1/case.js';
import { outcomes } from './words.js';

type WireAction = NonNullable<pb.PersonAction['action']>;

/** Tenant and conversation travel once, in the case fact around it. */
export function personActionToWire(action: PersonAction): pb.PersonAction {
  const { alertId, actionId, by, atMs, controlEpoch } = action;
  return { alertId, actionId, by, atMs, controlEpoch, action: actionToWire(action.action) };
}

export function personActionFromWire(
  about: { tenant: string; conversationId: string },
  wire: pb.PersonAction,
): PersonAction {
  const { alertId, actionId, by, atMs, controlEpoch } = wire;
  const action = actionFromWire(required('action.action', wire.action));
  return { ...about, alertId, actionId, by, atMs, controlEpoch, action };
}

function actionToWire(action: CaseAction): WireAction {
  switch (action.kind) {
    case 'claim':
      return { $case: 'claim', claim: {} };
    case 'release':
      return { $case: 'release', release: {} };
    case 'resolve':
      return { $case: 'resolve', resolve: { ...action, outcome: outcomes.toWire(action.outcome) } };
    case 'delivered':
      return { $case: 'delivered', delivered: {} };
    case 'seen':
      return { $case: 'seen', seen: {} };
    case 'feedback':
      return { $case: 'feedback', feedback: action };
    default:
      return unreachable('action.action', action);
  }
}

function actionFromWire(action: WireAction): CaseAction {
  switch (action.$case) {
    case 'claim':
      return { kind: 'claim' };
    case 'release':
      return { kind: 'release' };
    case 'resolve': {
      const outcome = outcomes.fromWire('action.resolve.outcome', action.resolve.outcome);
      return defined({ kind: 'resolve', ...action.resolve, outcome });
    }
    case 'delivered':
      return { kind: 'delivered' };
    case 'seen':
      return { kind: 'seen' };
    case 'feedback':
      return { kind: 'feedback', ...action.feedback };
    default:
      return unreachable('action.action', action);
  }
}
