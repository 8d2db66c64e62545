export { type HintsAdapters, openHints } from './hints.js';
export { keyOf, tenantKeys } from './keys.js';
export {
  type Addresses,
  type Followed,
  type LogAddress,
  type ProcessDefinition,
  type ProcessParts,
  runProcess,
} from './run-process.js';
export { DEFAULT_PARTITIONS, type ProcessConfig, processShape } from './settings.js';
export { clusterTopics, KEPT_MS, type TopicSpec } from './topics.js';
