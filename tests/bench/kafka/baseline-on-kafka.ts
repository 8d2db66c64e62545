import { fileURLToPath } from 'node:url';
import type { ChildSideOptions } from '../lib/child-side.js';

const STORE = fileURLToPath(new URL('store-on-kafka.ts', import.meta.url));
const FROZEN_STORE = "'@earshot/log/embedded'";

/** The frozen baseline as it stands, but for its store. */
export function onKafka(broker: string): Pick<ChildSideOptions, 'edit'> & { more: string[] } {
  return { more: [broker], edit: exchangeStore };
}

export function exchangeStore(path: string, contents: string): string {
  if (!path.endsWith('baseline/main.ts')) return contents;
  if (!contents.includes(FROZEN_STORE)) throw new Error('the baseline opens its store in another way');
  return contents.replace(FROZEN_STORE, JSON.stringify(STORE));
}
