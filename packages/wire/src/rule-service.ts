import type { PublishedRuleSet, RuleFiles, RuleSetCheck, RuleSetVersion, RulesInForce } from '@earshot/model';
import { defined, fromBytes, fromWireFields, type MessageCodec, toBytes, toWireFields } from './codec.js';
import * as pb from './gen/earshot/v1/rule_service.js';
import {
  exampleFromWire,
  exampleToWire,
  inForceFromWire,
  inForceToWire,
  versionFromWire,
  versionToWire,
} from './rule-set.js';

/** Who does it is known by the credential; `author`: who sits at the operator's command line. */
export interface PublishRequest {
  files: RuleFiles;
  appliesToRunning: boolean;
  why: string;
  author?: string;
}

export interface RollBackRequest {
  /** Hash of the set; absent: the one before the present. */
  to?: string;
  why: string;
  author?: string;
}

/** A message as the domain says it. Encoding throws `invalid`; decoding throws `undecodable` or `invalid`. */
interface Codec<T> {
  encode(value: T): Buffer;
  decode(bytes: Uint8Array): T;
}

function codec<T, M>(message: MessageCodec<M>, to: (value: T) => M, from: (message: M) => T): Codec<T> {
  return {
    encode: (value) => Buffer.from(toBytes(message, to(value))),
    decode: (bytes) => from(fromBytes(message, bytes)),
  };
}

function plain<M>(message: MessageCodec<M>): Codec<M> {
  return codec(
    message,
    (value) => value,
    (value) => value,
  );
}

function unary<Req, Res>({ path }: { path: string }, request: Codec<Req>, response: Codec<Res>) {
  return {
    path,
    requestStream: false as const,
    responseStream: false as const,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}

const { RuleServiceService: methods } = pb;

/** `earshot.v1.RuleService` with messages of the domain: what door and client register and call. */
export const RULE_SERVICE = {
  getRulesInForce: unary(
    methods.getRulesInForce,
    plain(pb.GetRulesInForceRequest),
    codec<RulesInForce, pb.GetRulesInForceResponse>(pb.GetRulesInForceResponse, inForceToWire, inForceFromWire),
  ),
  listRuleSetVersions: unary(
    methods.listRuleSetVersions,
    plain(pb.ListRuleSetVersionsRequest),
    codec<RuleSetVersion[], pb.ListRuleSetVersionsResponse>(
      pb.ListRuleSetVersionsResponse,
      (versions) => ({ versions: versions.map(versionToWire) }),
      ({ versions }) => versions.map(versionFromWire),
    ),
  ),
  getRuleSetFiles: unary(
    methods.getRuleSetFiles,
    plain(pb.GetRuleSetFilesRequest),
    codec<{ hash: string; files: RuleFiles }, pb.GetRuleSetFilesResponse>(
      pb.GetRuleSetFilesResponse,
      ({ hash, files }) => ({ hash, files: toWireFields(files) }),
      ({ hash, files }) => ({ hash, files: fromWireFields(files) }),
    ),
  ),
  checkRuleSet: unary(
    methods.checkRuleSet,
    codec<{ files: RuleFiles }, pb.CheckRuleSetRequest>(
      pb.CheckRuleSetRequest,
      ({ files }) => ({ files: toWireFields(files) }),
      ({ files }) => ({ files: fromWireFields(files) }),
    ),
    codec<RuleSetCheck, pb.CheckRuleSetResponse>(
      pb.CheckRuleSetResponse,
      ({ rules, faults, examples }) => ({ rules, faults, examples: examples.map(exampleToWire) }),
      ({ rules, faults, examples }) => ({ rules, faults, examples: examples.map(exampleFromWire) }),
    ),
  ),
  publishRuleSet: unary(
    methods.publishRuleSet,
    codec<PublishRequest, pb.PublishRuleSetRequest>(
      pb.PublishRuleSetRequest,
      (set) => ({ ...set, files: toWireFields(set.files) }),
      (set) => defined({ ...set, files: fromWireFields(set.files) }),
    ),
    plain<PublishedRuleSet>(pb.PublishRuleSetResponse),
  ),
  rollBackRuleSet: unary(
    methods.rollBackRuleSet,
    codec<RollBackRequest, pb.RollBackRuleSetRequest>(
      pb.RollBackRuleSetRequest,
      (request) => request,
      (request) => defined(request),
    ),
    plain<PublishedRuleSet>(pb.RollBackRuleSetResponse),
  ),
};
