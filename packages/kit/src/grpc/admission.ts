import { EarshotError } from '@earshot/model';
import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
} from '@grpc/grpc-js';
import { decideAtDoor, enforce } from '../access/decide.js';
import type { PolicyName } from '../access/policy.js';
import type { Principal } from '../access/principal.js';

/** Who calls, by the credential in the metadata. Throws a coded error for a bad credential. */
export type AuthenticateCall = (metadata: Metadata) => Promise<Principal | undefined> | Principal | undefined;

export interface AdmissionOptions {
  authenticate: AuthenticateCall;
  /** Undefined: a method of a library, open to everybody. */
  policyOf(path: string): PolicyName | undefined;
  /** Resolves once a library's method can be called; undefined: it always can. */
  ready(path: string): Promise<void> | undefined;
  draining: AbortSignal;
  onRefused(path: string, thrown: unknown): { code: number; details: string; metadata: Metadata };
}

export interface Admission {
  interceptor: ServerInterceptor;
  /** Who was admitted with this call. */
  principalOf(metadata: Metadata): Principal | undefined;
}

/** Asks who calls before a byte of the message is read: a stranger makes nobody hold megabytes. */
export function createAdmission({ authenticate, policyOf, ready, draining, onRefused }: AdmissionOptions): Admission {
  const admitted = new WeakMap<Metadata, Principal>();

  async function admit(policy: PolicyName, metadata: Metadata): Promise<void> {
    if (draining.aborted) throw stopping();
    const principal = await authenticate(metadata);
    enforce(decideAtDoor(policy, principal));
    if (principal) admitted.set(metadata, principal);
  }

  return {
    principalOf: (metadata) => admitted.get(metadata),
    interceptor: ({ path }, call) => {
      const listener = new ServerListenerBuilder()
        .withOnReceiveMetadata((metadata, goOn) => {
          const policy = policyOf(path);
          const admitting = policy === undefined ? ready(path) : admit(policy, metadata);
          if (!admitting) return goOn(metadata);
          void admitting.then(
            () => goOn(metadata),
            (thrown: unknown) => call.sendStatus(onRefused(path, thrown)),
          );
        })
        .build();
      const responder = new ResponderBuilder().withStart((start) => start(listener)).build();
      return new ServerInterceptingCall(call, responder);
    },
  };
}

export function stopping(): EarshotError {
  return new EarshotError('stopping', 'the server is stopping', { retry: true });
}
