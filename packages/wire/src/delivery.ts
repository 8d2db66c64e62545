import type { DeliveryContent, DeliveryDue, DeliveryFact, DeliveryResult } from '@earshot/model';
import { defined, fromBytes, invalid, required, toBytes, unreachable } from './codec.js';
import * as pb from './gen/earshot/v1/delivery.js';
import { alertStates, channels, deliveryChannels, deliveryStatuses, outcomes, roles, severities } from './words.js';

type WireBody = NonNullable<pb.DeliveryFact['body']>;

export function encodeDeliveryFact(fact: DeliveryFact): Uint8Array {
  return toBytes(pb.DeliveryFact, {
    tenant: fact.tenant,
    channel: deliveryChannels.toWire(fact.channel),
    recipient: fact.recipient,
    body: bodyToWire(fact.body),
  });
}

/** Throws `undecodable` or `invalid`. */
export function decodeDeliveryFact(bytes: Uint8Array): DeliveryFact {
  const { tenant, channel, recipient, body } = fromBytes(pb.DeliveryFact, bytes);
  return {
    tenant,
    channel: deliveryChannels.fromWire('delivery.channel', channel),
    recipient,
    body: bodyFromWire(required('delivery.body', body)),
  };
}

export function resultToWire(result: DeliveryResult): pb.DeliveryResult {
  return {
    ...result,
    channel: deliveryChannels.toWire(result.channel),
    operation: alertStates.toWire(result.operation),
    status: deliveryStatuses.toWire(result.status),
  };
}

export function resultFromWire(field: string, result: pb.DeliveryResult): DeliveryResult {
  const status = deliveryStatuses.fromWire(`${field}.status`, result.status);
  if (status === 'due') throw invalid(`${field}.status`, 'is no result');
  return {
    ...result,
    channel: deliveryChannels.fromWire(`${field}.channel`, result.channel),
    operation: alertStates.fromWire(`${field}.operation`, result.operation),
    cause: required(`${field}.cause`, result.cause),
    status,
  };
}

function bodyToWire(body: DeliveryFact['body']): WireBody {
  switch (body.kind) {
    case 'due':
      return {
        $case: 'due',
        due: { ...body, operation: alertStates.toWire(body.operation), content: contentToWire(body.content) },
      };
    case 'attempt':
      return { $case: 'attempt', attempt: body };
    case 'result':
      return { $case: 'result', result: resultToWire(body.result) };
    default:
      return unreachable('delivery.body', body);
  }
}

function bodyFromWire(body: WireBody): DeliveryFact['body'] {
  switch (body.$case) {
    case 'due':
      return dueFromWire(body.due);
    case 'attempt':
      return { kind: 'attempt', ...body.attempt };
    case 'result':
      return { kind: 'result', result: resultFromWire('delivery.result', body.result) };
    default:
      return unreachable('delivery.body', body);
  }
}

function dueFromWire(due: pb.DeliveryDue): DeliveryDue {
  return {
    kind: 'due',
    ...due,
    operation: alertStates.fromWire('delivery.due.operation', due.operation),
    cause: required('delivery.due.cause', due.cause),
    content: contentFromWire(required('delivery.due.content', due.content)),
  };
}

function contentToWire(content: DeliveryContent): pb.DeliveryContent {
  return {
    ...content,
    severity: severities.toWire(content.severity),
    outcome: content.outcome && outcomes.toWire(content.outcome),
    channel: channels.toWire(content.channel),
    evidence: content.evidence.map((one) => ({ ...one, role: roles.toWire(one.role) })),
  };
}

function contentFromWire(content: pb.DeliveryContent): DeliveryContent {
  const field = 'delivery.due.content';
  return defined({
    ...content,
    severity: severities.fromWire(`${field}.severity`, content.severity),
    outcome: content.outcome === undefined ? undefined : outcomes.fromWire(`${field}.outcome`, content.outcome),
    channel: channels.fromWire(`${field}.channel`, content.channel),
    evidence: content.evidence.map((one) => ({ ...one, role: roles.fromWire(`${field}.evidence.role`, one.role) })),
  });
}
