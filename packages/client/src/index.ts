export * from './client.js';
export type { EventStream } from './event-stream.js';
export type { DoorHealth } from './health.js';
export type { NewEvent } from './new-event.js';
export { type ClientOptions, type ClientTls, DEFAULT_WINDOW } from './options.js';
export { createRulesClient, type PublishResult, type RulesClient, type RulesClientOptions } from './rules-client.js';
export type { RulesRefused } from './rules-refused.js';
export type { SendResult } from './send-result.js';
