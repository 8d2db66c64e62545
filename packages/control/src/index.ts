export { type Compilation, type Compile, compileHere } from './compile.js';
export { compileOffThread } from './compile-off-thread.js';
export { DEMO_PEOPLE_YAML, DEMO_STAFF, DEMO_TENANT } from './demo-people.js';
export { followInForce, type InForce } from './in-force.js';
export { type ControlPast, createControlPast } from './past.js';
export {
  type Authorship,
  appendPublication,
  createPublisher,
  type Publisher,
  RuleSetRefused,
  rulesInvalid,
} from './publisher.js';
export {
  givenRules,
  noRoutes,
  publishWanted,
  ruleFilesIn,
  type Wanted,
  wantedPeople,
  wantedRoutes,
  wantedRules,
} from './wanted.js';
