export * from './api-key.js';
export * from './decide.js';
export * from './live-policy.js';
export * from './people.js';
export { type PeopleFile, peopleSchema } from './people-schema.js';
export * from './policy.js';
export * from './principal.js';
