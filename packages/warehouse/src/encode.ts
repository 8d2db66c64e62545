import { setImmediate as nextTurn } from 'node:timers/promises';
import { EarshotError } from '@earshot/model';
import type { ParamValue, WarehouseRow } from './port.js';

const ROWS_OF_PART = 500;

/**
 * Rows as lines of JSON, the way the engine's JSONEachRow reads them, in parts of a few ms: in one process with the rest
 * of the house a whole batch at once would hold up an alert.
 */
export async function* encodeRows(rows: readonly WarehouseRow[]): AsyncGenerator<string> {
  for (let from = 0; from < rows.length; from += ROWS_OF_PART) {
    if (from > 0) await nextTurn();
    const part = rows.slice(from, from + ROWS_OF_PART);
    yield part.map((row) => `${JSON.stringify(row, cell)}\n`).join('');
  }
}

export function encodeParams(params: Readonly<Record<string, ParamValue>>): Record<string, ParamValue> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, param(name, value)]));
}

function cell(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  // The engine refuses a whole batch for one lone surrogate: UTF-8 cannot say it.
  if (typeof value === 'string') return value.toWellFormed();
  return value;
}

function param(name: string, value: ParamValue): ParamValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number' && !isExact(value)) throw inexact(name);
  if (Array.isArray(value)) {
    if (value.some((item) => typeof item === 'number' && !isExact(item))) throw inexact(name);
    return value.map((item: unknown) => (typeof item === 'string' ? item.toWellFormed() : item)) as ParamValue;
  }
  return value;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function inexact(name: string): EarshotError {
  return new EarshotError('invalid', `The number given as "${name}" is not exact; give a bigint.`, {
    detail: { name },
  });
}
