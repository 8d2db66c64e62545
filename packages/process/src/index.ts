export { type HintsAdapters, openHints } from './hints.js';
export { type InboundTopics, inboundSetting, inboundText, inboundTopics } from './inbound.js';
export {
  centreRights,
  KAFKA_PARTIES,
  type KafkaOperation,
  type KafkaParty,
  type KafkaRight,
  kafkaRights,
  readerRights,
} from './kafka-rights.js';
export { keyOf, tenantKeys } from './keys.js';
export {
  type Addresses,
  type Followed,
  type LogAddress,
  type ProcessDefinition,
  type ProcessParts,
  runProcess,
} from './run-process.js';
export { type ProcessConfig, processShape } from './settings.js';
export { clusterTopics, DEFAULT_PARTITIONS, KEPT_MS, type TopicSpec } from './topics.js';
