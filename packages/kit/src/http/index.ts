export * from './create-http.js';
export type { Authenticate, RouteInfo } from './guard-routes.js';
export * from './health-routes.js';
export { hostGuard, isLoopback } from './host-guard.js';
export { MAX_JSON_DEPTH, parseJson, utf8 } from './json.js';
export { bodyOf, type ErrorBody, statusOf } from './reply-error.js';
