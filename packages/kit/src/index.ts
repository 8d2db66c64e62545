export * from './config.js';
export * from './errors.js';
export * from './health.js';
export { serializeError } from './log-error.js';
export * from './logger.js';
export * from './metrics.js';
export * from './run.js';
export * from './scope.js';
export * from './secret.js';
