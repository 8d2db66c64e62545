export { createHistory, type HistoryDeps } from './history/service.js';
export * from './service.js';
