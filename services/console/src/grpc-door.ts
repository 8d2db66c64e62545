import type { Logger, Metrics, Scope } from '@earshot/kit';
import type { Principal } from '@earshot/kit/access';
import { type CallContext, createGrpc, DetailedError, type GrpcAddress, type MethodInfo } from '@earshot/kit/grpc';
import type { DoorTls } from '@earshot/kit/tls';
import { EarshotError, type PublishedRuleSet } from '@earshot/model';
import { encodeRuleSetRefusal, RULE_SERVICE, RULE_SET_REFUSAL } from '@earshot/wire';
import { inForceOf } from './rules/in-force.js';
import { refusalThatFits, sentenceOf } from './rules/refusal.js';
import { type Outcome, RULE_SET_BYTES, type RuleOffice } from './rules/rule-office.js';
import type { Authenticator } from './session/authenticate.js';

export interface GrpcDoorDeps {
  office: RuleOffice;
  auth: Pick<Authenticator, 'bearer'>;
  logger: Logger;
  metrics: Metrics;
  at: GrpcAddress;
  tls?: DoorTls | undefined;
}

export interface GrpcDoor {
  address: GrpcAddress;
  methods: readonly MethodInfo[];
}

/**
 * The rules in force, their history, and the way to change them: `/v1/rules` as `earshot.v1.RuleService`, for machines
 * and the operator. People come over HTTP, where their session is. Throws `port-taken`, `address-unusable`.
 */
export async function openGrpcDoor(
  { office, auth, logger, metrics, at, tls }: GrpcDoorDeps,
  scope: Scope,
): Promise<GrpcDoor> {
  const grpc = createGrpc({
    logger,
    metrics,
    authenticate: (metadata) => auth.bearer(metadata.get('authorization').map(String)),
    reflection: async () => (await import('@earshot/wire/reflection')).reflectionPackageDefinition(),
    maxMessageBytes: RULE_SET_BYTES,
    tls,
  });
  scope.use('gRPC', grpc);
  grpc.addService(
    'earshot.v1.RuleService',
    RULE_SERVICE,
    {
      getRulesInForce: 'rules.read',
      listRuleSetVersions: 'rules.read',
      getRuleSetFiles: 'rules.read',
      checkRuleSet: 'rules.read',
      publishRuleSet: 'rules.publish',
      rollBackRuleSet: 'rules.publish',
    },
    {
      getRulesInForce: async (_request, call) => inForceOf(office.inForce(callerOf(call))),
      listRuleSetVersions: async (_request, call) => office.versions(callerOf(call)),
      getRuleSetFiles: async ({ hash }, call) => ({ hash, files: office.files(callerOf(call), hash) }),
      checkRuleSet: (request) => office.check(request),
      publishRuleSet: async (request, call) => doneOrThrow(await office.publish(callerOf(call), request)),
      rollBackRuleSet: async (request, call) => doneOrThrow(await office.rollBack(callerOf(call), request)),
    },
  );
  return { address: await grpc.listen(at), methods: grpc.methods };
}

function doneOrThrow(outcome: Outcome): PublishedRuleSet {
  if (outcome.ok) return outcome.done;
  const { refused } = outcome;
  const bytes = encodeRuleSetRefusal(refusalThatFits(refused));
  throw new DetailedError(refused.code, sentenceOf(refused), [{ message: RULE_SET_REFUSAL, bytes }]);
}

function callerOf({ principal }: CallContext): Principal {
  if (!principal) throw new EarshotError('unauthenticated', 'send a valid API key');
  return principal;
}
