export * from './control.js';
export * from './dead-letter-entry.js';
export { partitionForKey } from './key-partition.js';
export {
  LogErrorCode,
  logClosed,
  logFull,
  logUnavailable,
  offsetOutOfRange,
  partitionUnknown,
  topicUnknown,
} from './log-errors.js';
export type * from './port.js';
