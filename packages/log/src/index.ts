export * from './control.js';
export * from './dead-letter-entry.js';
export { partitionForKey } from './key-partition.js';
export {
  isAboutTheRecord,
  LogErrorCode,
  logClosed,
  logFull,
  logUnavailable,
  offsetOutOfRange,
  partitionUnknown,
  topicUnknown,
} from './log-errors.js';
export type * from './port.js';
export * from './spool-errors.js';
export type * from './spool-port.js';
