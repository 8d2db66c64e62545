export * from './message.js';
export * from './secrets.js';
export * from './sender.js';
