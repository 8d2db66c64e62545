import { createHints, type HintsOptions } from '../hints.js';
import type { Hints } from '../port.js';
import { createHouse, type House } from './house.js';

export { createHouse, type House } from './house.js';

export interface EmbeddedHintsOptions extends Partial<Omit<HintsOptions, 'medium'>> {
  /** Shared by services of one process; absent: there is one service. */
  house?: House;
}

/** Hints within one process. */
export function openEmbeddedHints({ house = createHouse(), node = 'one', ...rest }: EmbeddedHintsOptions = {}): Hints {
  return createHints({ ...rest, node, medium: house.medium() });
}
