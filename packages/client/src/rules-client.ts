import {
  EarshotError,
  type PublishedRuleSet,
  type RuleFiles,
  type RuleSetCheck,
  type RuleSetVersion,
  type RulesInForce,
} from '@earshot/model';
import { RULE_SERVICE } from '@earshot/wire';
import { Client, type ServiceError } from '@grpc/grpc-js';
import { checkHealth, type DoorHealth, whyFailed } from './health.js';
import { type ClientOptions, channelOf, DEFAULT_GIVE_UP_MS, metadataOf } from './options.js';
import { type RulesRefused, refusalOf } from './rules-refused.js';

/** What became of a publication. Refused, it leaves in force what was. */
export type PublishResult = ({ ok: true } & PublishedRuleSet) | RulesRefused;

/**
 * Rejects with a coded error only when there is no answer: `unreachable`, `unauthenticated`, `scope-missing` … A change
 * that was `unreachable` may have been made: asked for again it answers `unchanged`.
 */
export interface RulesClient {
  inForce(): Promise<RulesInForce>;
  /** Newest first. */
  versions(): Promise<RuleSetVersion[]>;
  /** Rejects with `version-unknown`. */
  files(hash: string): Promise<RuleFiles>;
  /** What is wrong with the files, all of it, without publishing anything. */
  check(files: RuleFiles): Promise<RuleSetCheck>;
  /** In force when it resolves. `files` is the whole set; `running`: also for conversations that run. */
  publish(files: RuleFiles, options?: { running?: boolean; why?: string }): Promise<PublishResult>;
  /** Brings a set back, by its hash, else the one before the present. Rejects with `version-unknown`. */
  rollBack(options?: { to?: string; why?: string }): Promise<PublishResult>;
  health(timeoutMs?: number): Promise<DoorHealth>;
  close(): void;
}

export type RulesClientOptions = Pick<ClientOptions, 'address' | 'apiKey' | 'tls' | 'giveUpMs'>;

interface Method<Req, Res> {
  path: string;
  requestSerialize(request: Req): Buffer;
  responseDeserialize(bytes: Buffer): Res;
}

interface Answer<Res> {
  error: ServiceError | null;
  answer?: Res;
}

const asBytes = (bytes: Buffer) => bytes;

/** Sets of 16 MB come back as large as they were sent. */
const MOST_ANSWER_BYTES = 20 * 1024 * 1024;

/** A client of the rules door. Connects when it has something to ask. */
export function createRulesClient(options: RulesClientOptions): RulesClient {
  const channel = channelOf(options);
  const client = new Client(options.address, channel.credentials, {
    ...channel.options,
    'grpc.max_receive_message_length': MOST_ANSWER_BYTES,
  });
  const metadata = metadataOf(options);
  const patient = metadata.clone();
  patient.setOptions({ waitForReady: true });
  const { giveUpMs = DEFAULT_GIVE_UP_MS } = options;
  const failed = async (error: ServiceError | null): Promise<EarshotError> =>
    error ? whyFailed(client, metadata, error) : new EarshotError('answer-unknown', 'the door answered with nothing');

  function call<Req, Res>({ path, ...codec }: Method<Req, Res>, request: Req): Promise<Answer<Res>> {
    return new Promise((resolve) => {
      // Here and not in grpc-js, which would make a foreign error of what cannot be written.
      const bytes = codec.requestSerialize(request);
      const settings = { deadline: Date.now() + giveUpMs };
      client.makeUnaryRequest(path, asBytes, codec.responseDeserialize, bytes, patient, settings, (error, answer) =>
        resolve({ error, answer }),
      );
    });
  }
  const ask = async <Req, Res>(method: Method<Req, Res>, request: Req): Promise<Res> => {
    const { error, answer } = await call(method, request);
    if (answer === undefined) throw await failed(error);
    return answer;
  };
  const change = async <Req>(method: Method<Req, PublishedRuleSet>, request: Req): Promise<PublishResult> => {
    const { error, answer } = await call(method, request);
    if (answer !== undefined) return { ok: true, ...answer };
    const refused = error && refusalOf(error);
    if (!refused) throw await failed(error);
    return refused;
  };

  return {
    inForce: () => ask(RULE_SERVICE.getRulesInForce, {}),
    versions: () => ask(RULE_SERVICE.listRuleSetVersions, {}),
    files: async (hash) => (await ask(RULE_SERVICE.getRuleSetFiles, { hash })).files,
    check: (files) => ask(RULE_SERVICE.checkRuleSet, { files }),
    publish: (files, { running = false, why = '' } = {}) =>
      change(RULE_SERVICE.publishRuleSet, { files, appliesToRunning: running, why }),
    rollBack: ({ to, why = '' } = {}) => change(RULE_SERVICE.rollBackRuleSet, { to, why }),
    health: (timeoutMs = 2_000) => checkHealth(client, metadata, timeoutMs),
    close: () => client.close(),
  };
}
