export { EVENT_LIMITS } from './domain/limits.js';
export { validateEvent } from './domain/validate-event.js';
export type { Keys } from './identify.js';
export type { InboundSource } from './inbound.js';
export * from './service.js';
