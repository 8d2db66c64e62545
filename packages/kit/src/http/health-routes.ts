import type { FastifyInstance } from 'fastify';
import type { Health } from '../health.js';
import type { Metrics } from '../metrics.js';

/** `/livez`, `/readyz` and, with metrics, `/metrics`. */
export function registerHealthRoutes(app: FastifyInstance, health: Health, metrics?: Metrics): void {
  const config = { policy: 'health.read' } as const;
  app.get('/livez', { config }, async (_request, reply) => {
    const report = await health.live();
    return reply.code(report.ok ? 200 : 503).send(report);
  });
  app.get('/readyz', { config }, async (_request, reply) => {
    const report = await health.ready();
    return reply.code(report.ok ? 200 : 503).send(report);
  });
  if (!metrics) return;
  app.get('/metrics', { config: { policy: 'metrics.read' } }, async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}
