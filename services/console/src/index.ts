export type { PeopleView } from './access.js';
export { type Clock, systemClock } from './clock.js';
export type { ConsoleWarehouse } from './ports.js';
export * from './service.js';
export { DESK_AUDIENCE, type DeskSecret } from './session/desk-token.js';
export { type ConsoleSettings, DEFAULT_SETTINGS } from './settings.js';
