import type { SessionFact, SessionFactBody } from '@earshot/model';
import { fromBytes, required, toBytes, unreachable } from './codec.js';
import * as pb from './gen/earshot/v1/session.js';

type WireBody = NonNullable<pb.SessionFact['body']>;

export function encodeSessionFact(fact: SessionFact): Uint8Array {
  return toBytes(pb.SessionFact, { ...fact, body: bodyToWire(fact.body) });
}

export function decodeSessionFact(bytes: Uint8Array): SessionFact {
  const fact = fromBytes(pb.SessionFact, bytes);
  return { ...fact, body: bodyFromWire(required('session.body', fact.body)) };
}

function bodyToWire(body: SessionFactBody): WireBody {
  switch (body.kind) {
    case 'link-used':
      return { $case: 'linkUsed', linkUsed: body };
    case 'session-ended':
      return { $case: 'sessionEnded', sessionEnded: body };
    case 'person-signed-out':
      return { $case: 'personSignedOut', personSignedOut: body };
    default:
      return unreachable('session.body', body);
  }
}

function bodyFromWire(body: WireBody): SessionFactBody {
  switch (body.$case) {
    case 'linkUsed':
      return { kind: 'link-used', ...body.linkUsed };
    case 'sessionEnded':
      return { kind: 'session-ended', ...body.sessionEnded };
    case 'personSignedOut':
      return { kind: 'person-signed-out', ...body.personSignedOut };
    default:
      return unreachable('session.body', body);
  }
}
