export * from './alert.js';
export * from './conversation.js';
export * from './errors.js';
export * from './finding.js';
export * from './ids.js';
export * from './people.js';
export * from './record.js';
export * from './vocabulary.js';
