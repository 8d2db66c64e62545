export { type BackOff, backOffMs } from './back-off.js';
export { type ClientConnection, createClientWarehouse } from './client-warehouse.js';
export { type KeepOpenOptions, type KeptOpen, keepOpen } from './keep-open.js';
export { type SchemaState, schemaState } from './migrations.js';
export * from './port.js';
export { TABLES, type TableName } from './tables.js';
