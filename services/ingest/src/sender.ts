import type { Principal } from '@earshot/kit/access';
import type { CallContext } from '@earshot/kit/grpc';
import { EarshotError } from '@earshot/model';
import type { Sender } from './accept-event.js';
import { SOURCE_HEADER, sourceOf } from './identify.js';

/** The sender of a gRPC call: tenant from the credential, source from the metadata. */
export function senderOf({ principal, metadata }: Pick<CallContext, 'principal' | 'metadata'>): Sender {
  return makeSender(principal, metadata.get(SOURCE_HEADER));
}

export function makeSender(principal: Principal | undefined, source: readonly unknown[]): Sender {
  if (!principal) throw new EarshotError('unauthenticated', 'send a valid API key');
  const keyId = principal.kind === 'integration' ? principal.keyId : principal.staffNumber;
  return { tenant: principal.tenant, keyId, source: sourceOf(source) };
}
