export { type ClusterConfig, clusterConfig } from './config.js';
export { type Part, planOf } from './plan.js';
export { type Prepared, prepare } from './prepare.js';
