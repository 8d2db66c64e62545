import type { AppendEntry } from './port.js';

/** What headers weigh where bytes are counted. */
export function headerBytes({ headers }: Pick<AppendEntry, 'headers'>): number {
  let bytes = 0;
  for (const [name, value] of headers ?? []) bytes += name.length + value.byteLength + 16;
  return bytes;
}
