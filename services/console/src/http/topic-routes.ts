import type { Log } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { TOPIC_CATALOGUE, type TopicName } from '@earshot/wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { lagOf } from '../log-view/lag.js';
import { OPERATOR_TENANT } from '../session/authenticate.js';

export interface TopicRoutesDeps {
  log: Log;
  /** How long a topic keeps what nobody needs any more, ms; undefined: for ever. */
  keptMs(topic: TopicName): number | undefined;
}

/** Which topics there are, and how far who reads them is behind: of all tenants at once, so for the operator alone. */
export function registerTopicRoutes(app: FastifyInstance, { log, keptMs }: TopicRoutesDeps): void {
  const config = { policy: 'tools.tail' } as const;

  app.get('/v1/admin/topics', { config }, async (request) => {
    onlyOperator(request);
    const topics = [];
    for (const { name, key, holds, compacted } of topicsOf(log)) {
      const bounds = await Promise.all(
        Array.from({ length: log.partitions(name) }, (_, partition) => log.bounds(name, partition)),
      );
      const records = bounds.reduce((sum, { first, next }) => sum + next - first, 0);
      topics.push({ topic: name, key, holds, compacted, keptMs: keptMs(name), partitions: bounds, records });
    }
    return { topics };
  });

  app.get('/v1/admin/lag', { config }, async (request) => {
    onlyOperator(request);
    const groups = [];
    for (const { name } of topicsOf(log)) groups.push(...(await lagOf(log, name)));
    return { groups };
  });
}

/** Those of the catalogue that this log has. */
function topicsOf(log: Log) {
  return TOPIC_CATALOGUE.filter(({ name }) => {
    try {
      return log.partitions(name) > 0;
    } catch {
      return false;
    }
  });
}

function onlyOperator({ principal }: FastifyRequest): void {
  if (principal?.tenant !== OPERATOR_TENANT) throw new EarshotError('forbidden', 'only the operator may do this');
}
