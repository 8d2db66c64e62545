import type { Secret } from '@earshot/kit';
import { schemaState, type Warehouse } from '@earshot/warehouse';
import type { WarehouseTools } from './ports.js';

export interface OpenOptions {
  url: string;
  user: string;
  password: Secret;
  requestTimeoutMs: number;
  patience: { waitsMs: readonly number[] };
}

/** Who looks wants to know now: nothing is tried a second time. */
const ONCE = { requestTimeoutMs: 10_000, patience: { waitsMs: [] } };

export function warehouseTools(open: (options: OpenOptions) => Promise<Warehouse>): WarehouseTools {
  return {
    async look(at) {
      const warehouse = await open({ ...at, ...ONCE });
      try {
        const sql = 'SELECT version() AS version';
        const [row] = await warehouse.query({ name: 'version', sql, params: {} });
        return { version: String(row?.['version']), schema: await schemaState(warehouse) };
      } finally {
        await warehouse.close();
      }
    },
  };
}
