export { type Compilation, type Compile, compileHere } from './compile.js';
export { compileOffThread } from './compile-off-thread.js';
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
