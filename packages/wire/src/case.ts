import type { CaseBody, CaseFact } from '@earshot/model';
import { personActionFromWire, personActionToWire } from './action.js';
import { fromBytes, invalid, required, toBytes } from './codec.js';
import { resultFromWire, resultToWire } from './delivery.js';
import { engineFromWire, engineToWire } from './engine.js';
import { standingFromWire, standingToWire } from './finding.js';
import * as pb from './gen/earshot/v1/case.js';

type WireBody = NonNullable<pb.CaseFact['body']>;

export function encodeCaseFact(fact: CaseFact): Uint8Array {
  const { tenant, conversationId, body } = fact;
  return toBytes(pb.CaseFact, { tenant, conversationId, body: bodyToWire(fact, body) });
}

/** Throws `undecodable` or `invalid`. */
export function decodeCaseFact(bytes: Uint8Array): CaseFact {
  const { tenant, conversationId, body } = fromBytes(pb.CaseFact, bytes);
  return { tenant, conversationId, body: bodyFromWire({ tenant, conversationId }, required('case.body', body)) };
}

interface About {
  tenant: string;
  conversationId: string;
}

// A set or an action filed under another conversation would reach the wrong people.
function sameConversation<T extends About>(field: string, about: About, content: T): T {
  if (content.tenant !== about.tenant || content.conversationId !== about.conversationId) {
    throw invalid(field, 'belongs to another conversation than its fact');
  }
  return content;
}

function bodyToWire(about: About, body: CaseBody): WireBody {
  switch (body.kind) {
    case 'standing':
      return { $case: 'standing', standing: standingToWire(sameConversation('case.standing', about, body.set)) };
    case 'action':
      return { $case: 'action', action: personActionToWire(sameConversation('case.action', about, body.action)) };
    case 'delivery':
      sameConversation('case.delivery', about, { tenant: about.tenant, ...body.result });
      return { $case: 'delivery', delivery: resultToWire(body.result) };
    default:
      return engineToWire(body);
  }
}

function bodyFromWire(about: About, body: WireBody): CaseBody {
  switch (body.$case) {
    case 'standing':
      return { kind: 'standing', set: sameConversation('case.standing', about, standingFromWire(body.standing)) };
    case 'action':
      return { kind: 'action', action: personActionFromWire(about, body.action) };
    case 'delivery': {
      const result = resultFromWire('case.delivery', body.delivery);
      sameConversation('case.delivery', about, { tenant: about.tenant, ...result });
      return { kind: 'delivery', result };
    }
    default:
      return engineFromWire(body);
  }
}
