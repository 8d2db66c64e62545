import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Stands at the root of a product that was delivered whole, in an image or an archive: there is nothing to set up. */
export const DELIVERED = 'delivered.json';

/** @param {string} root */
export const isDelivered = (root) => existsSync(join(root, DELIVERED));
