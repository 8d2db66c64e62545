import type { Warehouse } from '@earshot/warehouse';

/** As much of the warehouse as the console uses. */
export type ConsoleWarehouse = Pick<Warehouse, 'query' | 'readOnly' | 'state'>;
