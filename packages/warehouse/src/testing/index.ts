export { type ContainedServer, containerMissing, startClickhouseContainer } from './container.js';
export type { Fault } from './faults.js';
export { type ClickhouseFront, type FrontOptions, openClickhouseFront } from './front.js';
