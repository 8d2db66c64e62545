export * from './reference/index.js';
export * from './scenario/index.js';
export * from './talk/index.js';
