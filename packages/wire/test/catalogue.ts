import { type MessageCodec, toBytes } from '../src/codec.js';
import * as pb from '../src/gen/earshot/v1/ingest_service.js';
import * as wire from '../src/index.js';
import * as rules from './rule-samples.js';
import * as samples from './samples.js';

export interface Golden {
  /** Message of `earshot.v1`. */
  message: string;
  value: unknown;
  bytes(): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

function golden<T>(
  message: string,
  value: T,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): Golden {
  return { message, value, bytes: () => encode(value), decode };
}

/** Messages of the ingest door never become domain values; generated code is their only reader. */
function plain<M>(message: string, codec: MessageCodec<M> & { decode(bytes: Uint8Array): M }, value: M): Golden {
  return golden(
    message,
    value,
    (it) => toBytes(codec, it),
    (bytes) => codec.decode(bytes),
  );
}

function each<K extends string, T>(
  prefix: string,
  values: Record<K, T>,
  make: (value: T) => Golden,
): [string, Golden][] {
  return Object.entries<T>(values).map(([kind, value]) => [`${prefix}/${kind}`, make(value)]);
}

const event = (value: Parameters<typeof wire.encodeConversationEvent>[0]) =>
  golden('ConversationEvent', value, wire.encodeConversationEvent, wire.decodeConversationEvent);
const fact = (value: Parameters<typeof wire.encodeConversationFact>[0]) =>
  golden('ConversationFact', value, wire.encodeConversationFact, wire.decodeConversationFact);
const caseFact = (value: Parameters<typeof wire.encodeCaseFact>[0]) =>
  golden('CaseFact', value, wire.encodeCaseFact, wire.decodeCaseFact);
const delivery = (value: Parameters<typeof wire.encodeDeliveryFact>[0]) =>
  golden('DeliveryFact', value, wire.encodeDeliveryFact, wire.decodeDeliveryFact);
const record = (value: Parameters<typeof wire.encodeAlertRecord>[0]) =>
  golden('AlertRecord', value, wire.encodeAlertRecord, wire.decodeAlertRecord);
const history = (value: Parameters<typeof wire.encodeHistoryFact>[0]) =>
  golden('HistoryFact', value, wire.encodeHistoryFact, wire.decodeHistoryFact);
const control = (value: Parameters<typeof wire.encodeControlRecord>[0]) =>
  golden('ControlRecord', value, wire.encodeControlRecord, wire.decodeControlRecord);
const alertFold = (value: Parameters<typeof wire.encodeAlertFoldState>[0]) =>
  golden('AlertFoldState', value, wire.encodeAlertFoldState, wire.decodeAlertFoldState);
const deadLetter = (value: Parameters<typeof wire.encodeDeadLetter>[0]) =>
  golden('DeadLetter', value, wire.encodeDeadLetter, wire.decodeDeadLetter);

const session = (value: Parameters<typeof wire.encodeSessionFact>[0]) =>
  golden('SessionFact', value, wire.encodeSessionFact, wire.decodeSessionFact);

const { RULE_SERVICE: service } = wire;

interface Sent<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Buffer): T;
}
const asked = <T>(
  message: string,
  value: T,
  method: { requestSerialize: Sent<T>['encode']; requestDeserialize: Sent<T>['decode'] },
) => golden(message, value, method.requestSerialize, (bytes) => method.requestDeserialize(Buffer.from(bytes)));
const answered = <T>(
  message: string,
  value: T,
  method: { responseSerialize: Sent<T>['encode']; responseDeserialize: Sent<T>['decode'] },
) => golden(message, value, method.responseSerialize, (bytes) => method.responseDeserialize(Buffer.from(bytes)));

const wireEvent: wire.WireConversationEvent = {
  conversationId: 'call-7',
  eventId: 'e-1',
  atMs: 1,
  body: { $case: 'ended', ended: { reason: 'hung-up' } },
};
const acknowledged: pb.EventResult = {
  eventId: 'e-1',
  outcome: { $case: 'acknowledged', acknowledged: { partition: 3, offset: 44, spooled: false } },
};
const refused: pb.EventResult = {
  eventId: 'e-2',
  outcome: {
    $case: 'refused',
    refused: { code: 'text-too-long', message: 'Too long.', retry: true, retryAfterMs: undefined },
  },
};
const spooled: pb.EventResult = {
  eventId: 'e-3',
  outcome: { $case: 'acknowledged', acknowledged: { partition: 3, offset: -1, spooled: true } },
};
const noRoom: pb.EventResult = {
  eventId: 'e-4',
  outcome: { $case: 'refused', refused: { code: 'spool-full', message: 'Full.', retry: true, retryAfterMs: 5_000 } },
};

/** Name of the fixture → the value and how it travels. */
export const GOLDEN: ReadonlyMap<string, Golden> = new Map([
  ...each('event', samples.bodies, (body) => event(samples.eventOf(body))),
  ...each(
    'fact',
    {
      utterance: samples.bodies.utterance,
      score: samples.score,
      history: samples.historyAnswer,
      ...samples.engineBodies,
    },
    (body) => fact(samples.factOf(body)),
  ),
  ...each('history', samples.historyBodies, (body) => history(samples.historyOf(body))),
  [
    'history/subject',
    golden('SubjectHistory', samples.subjectHistory, wire.encodeSubjectHistory, wire.decodeSubjectHistory),
  ],
  ...each('case', samples.engineBodies, (body) => caseFact(samples.caseOf(body))),
  ...each('case/action', samples.actions, (action) => caseFact(samples.actionCase(action))),
  ['case/delivery', caseFact(samples.caseOf({ kind: 'delivery', result: samples.deliveryResult }))],
  ['case/standing', caseFact(samples.caseOf({ kind: 'standing', set: samples.standing }))],
  ['finding', golden('Finding', samples.finding, wire.encodeFinding, wire.decodeFinding)],
  ['standing', golden('StandingSet', samples.standing, wire.encodeStandingSet, wire.decodeStandingSet)],
  ['standing/counted', golden('StandingSet', samples.countedStanding, wire.encodeStandingSet, wire.decodeStandingSet)],
  ['alert', golden('Alert', samples.alert, wire.encodeAlert, wire.decodeAlert)],
  ['alert/bare', golden('Alert', samples.bareAlert, wire.encodeAlert, wire.decodeAlert)],
  ['alert/told-outside', golden('Alert', samples.toldOutside, wire.encodeAlert, wire.decodeAlert)],
  ['alert-list', golden('AlertList', samples.list, wire.encodeAlertList, wire.decodeAlertList)],
  ['alert-record/alert', record({ kind: 'alert', alert: samples.alert })],
  ['alert-record/list', record({ kind: 'list', list: samples.list })],
  ['alert-fold', alertFold(samples.foldState)],
  ['alert-fold/heard', alertFold(samples.heardFoldState)],
  ['record', golden('ConversationRecord', samples.snapshot, wire.encodeRecordSnapshot, wire.decodeRecordSnapshot)],
  [
    'record/scored',
    golden('ConversationRecord', samples.scoredSnapshot, wire.encodeRecordSnapshot, wire.decodeRecordSnapshot),
  ],
  [
    'record/moved',
    golden('ConversationRecord', samples.movedSnapshot, wire.encodeRecordSnapshot, wire.decodeRecordSnapshot),
  ],
  [
    'record/counted',
    golden('ConversationRecord', samples.countedSnapshot, wire.encodeRecordSnapshot, wire.decodeRecordSnapshot),
  ],
  ['control/rule-set', control(samples.ruleSetControl)],
  ['control/people', control(samples.peopleControl)],
  ['control/routes', control(samples.routesControl)],
  ...each('delivery', samples.deliveryBodies, (body) => delivery(samples.deliveryOf(body))),
  ['control/publication', control(samples.publicationControl)],
  ...each('session', samples.sessionFacts, session),
  ['dead-letter', deadLetter(samples.deadLetter)],
  ...each('dead-letter', samples.deadLetterMarks, (mark) => deadLetter(mark)),
  ['dead-letter/from-outside', deadLetter(samples.deadLetterFromOutside)],
  ['ingest/stream-request', plain('StreamEventsRequest', pb.StreamEventsRequest, { sequence: 9, event: wireEvent })],
  ['ingest/stream-response', plain('StreamEventsResponse', pb.StreamEventsResponse, { sequence: 9, result: refused })],
  ['ingest/append-request', plain('AppendEventsRequest', pb.AppendEventsRequest, { events: [wireEvent] })],
  [
    'ingest/append-response',
    plain('AppendEventsResponse', pb.AppendEventsResponse, { results: [acknowledged, refused] }),
  ],
  [
    'ingest/append-response-spooling',
    plain('AppendEventsResponse', pb.AppendEventsResponse, { results: [spooled, noRoom] }),
  ],
  ['rules/in-force', answered('GetRulesInForceResponse', rules.rulesInForce, service.getRulesInForce)],
  ['rules/none-in-force', answered('GetRulesInForceResponse', rules.nothingInForce, service.getRulesInForce)],
  ['rules/versions', answered('ListRuleSetVersionsResponse', rules.versions, service.listRuleSetVersions)],
  ['rules/files-request', asked('GetRuleSetFilesRequest', { hash: 'abc' }, service.getRuleSetFiles)],
  ['rules/files', answered('GetRuleSetFilesResponse', rules.filesOfSet, service.getRuleSetFiles)],
  ['rules/check-request', asked('CheckRuleSetRequest', { files: rules.filesOfSet.files }, service.checkRuleSet)],
  ['rules/check', answered('CheckRuleSetResponse', rules.check, service.checkRuleSet)],
  ['rules/publish-request', asked('PublishRuleSetRequest', rules.publication, service.publishRuleSet)],
  ['rules/published', answered('PublishRuleSetResponse', rules.published, service.publishRuleSet)],
  ['rules/rollback-request', asked('RollBackRuleSetRequest', rules.rollback, service.rollBackRuleSet)],
  ['rules/rolled-back', answered('RollBackRuleSetResponse', rules.published, service.rollBackRuleSet)],
  ['rules/refusal', golden('RuleSetRefusal', rules.refusal, wire.encodeRuleSetRefusal, wire.decodeRuleSetRefusal)],
]);
