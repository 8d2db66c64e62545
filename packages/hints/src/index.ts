export { type HintsClock, systemClock } from './clock.js';
export { createHints, type HintsOptions } from './hints.js';
export type { Medium, OwnCount, PresenceWord } from './medium.js';
export {
  type Counted,
  type Here,
  type Hints,
  type HintsCondition,
  PAGE_KINDS,
  type PageKind,
  type Presence,
  type RateAnswer,
  type RateLimit,
  type Rates,
} from './port.js';
