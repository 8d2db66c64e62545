export * from './addresses.js';
export * from './egress.js';
export * from './resolve.js';
export * from './settings.js';
export * from './url.js';
