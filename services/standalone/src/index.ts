export { type AssembleOptions, assemble } from './assemble.js';
export { type StandaloneConfig, standaloneConfig } from './config.js';
export { type DataFolder, dataFolder } from './data-folder.js';
