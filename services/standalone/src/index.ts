export { type DataFolder, dataFolder } from '@earshot/kit';
export { type AssembleOptions, assemble } from './assemble.js';
export { type StandaloneConfig, standaloneConfig } from './config.js';
