export * from './channels/webhook/index.js';
export * from './deliver/ports.js';
export * from './deliver/service.js';
export type { Routing, RoutingTable } from './domain/routing.js';
export * from './service.js';
