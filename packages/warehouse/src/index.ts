export { type ClientConnection, createClientWarehouse } from './client-warehouse.js';
export * from './port.js';
export { TABLES, type TableName } from './tables.js';
