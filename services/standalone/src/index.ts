export { assemble, type AssembleOptions } from './assemble.js';
export { standaloneConfig, type StandaloneConfig } from './config.js';
export { dataFolder, type DataFolder } from './data-folder.js';
