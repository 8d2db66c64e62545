export { erasOf, judgeErasNaively, type LoggedEras } from './eras.js';
export { judgeNaively, type ReferenceOptions } from './judge.js';
export { type Logged, recordOf } from './record.js';
export type * from './types.js';
