import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the clone: three folders above this file, from src and from dist alike. */
export function cloneRoot(): string {
  return resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
}
