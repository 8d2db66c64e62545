export * from './life.js';
export * from './partition-fold.js';
export * from './partition-runner.js';
export * from './run-fold.js';
export * from './start-point.js';
export * from './types.js';
