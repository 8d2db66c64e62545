import type { Health } from '@earshot/kit';
import type { FastifyInstance } from 'fastify';

/** `/health/live` and `/health/ready` beside the short names that all services share: what load balancers are told. */
export function registerLongHealthNames(app: FastifyInstance, health: Health): void {
  const config = { policy: 'health.read' } as const;
  for (const name of ['live', 'ready'] as const) {
    app.get(`/health/${name}`, { config }, async (_request, reply) => {
      const report = await health[name]();
      return reply.code(report.ok ? 200 : 503).send(report);
    });
  }
}
