import { EarshotError } from '@earshot/model';
import type { FastifyInstance } from 'fastify';
import type { Origins } from './origins.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Against pages of strangers: a request that says where it comes from must come from one of our pages, and one that
 * changes something needs a header that a foreign page cannot send. A bearer token is proof enough by itself.
 */
export function guardAgainstForeignPages(app: FastifyInstance, origins: Origins): void {
  app.addHook('onRequest', async (request) => {
    const { origin, authorization } = request.headers;
    if (origin !== undefined && !origins.allows(origin)) {
      throw new EarshotError('origin-refused', 'pages of this origin may not call this server');
    }
    if (READING.has(request.method) || authorization !== undefined) return;
    if (request.headers['x-earshot-csrf'] !== '1') {
      throw new EarshotError('forbidden', 'send the header x-earshot-csrf: 1 with a change');
    }
  });
}
