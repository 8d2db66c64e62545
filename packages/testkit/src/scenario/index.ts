export * from './events.js';
export * from './parse.js';
export * from './play.js';
export * from './types.js';
