import type { Log, LogRecord } from '@earshot/log';
import { EarshotError } from '@earshot/model';
import { DEFAULT_READ_ONLY_LIMITS } from '@earshot/warehouse';
import { TOPICS, type TopicName } from '@earshot/wire';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readable } from '../log-view/readable.js';
import type { ConsoleWarehouse } from '../ports.js';
import { OPERATOR_TENANT } from '../session/authenticate.js';

export interface AdminRoutesDeps {
  log: Log;
  warehouse(): ConsoleWarehouse | undefined;
  /** Throws `person-unknown`. */
  issueSignInLink(staffNumber: string): Promise<string>;
  /** Signs a person out wherever that person is signed in; durable once it resolves. */
  endSessions(staffNumber: string): Promise<void>;
}

const tailQuery = z.object({
  partition: z.coerce.number().int().min(0).default(0),
  from: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
const personBody = z.strictObject({ staffNumber: z.string().min(1).max(64) });
const sqlBody = z.strictObject({ sql: z.string().min(1).max(100_000) });

/** The operator's tools, used by the command line through the running instance. */
export function registerAdminRoutes(app: FastifyInstance, deps: AdminRoutesDeps): void {
  const { log, warehouse } = deps;
  const onlyOperator = (tenant: string | undefined) => {
    if (tenant !== OPERATOR_TENANT) throw new EarshotError('forbidden', 'only the operator may do this');
  };

  app.get<{ Params: { topic: string } }>(
    '/v1/admin/topics/:topic',
    { config: { policy: 'tools.tail' } },
    async (request) => {
      const topic = topicOf(request.params.topic);
      const query = tailQuery.safeParse(request.query);
      if (!query.success) throw new EarshotError('invalid', 'partition, from and limit (1 to 1000) are whole numbers');
      const { partition, limit } = query.data;
      const partitions = log.partitions(topic);
      const { first, next } = await log.bounds(topic, partition);
      const from = Math.max(first, query.data.from ?? next - limit);
      const records = from >= next ? [] : await log.read(topic, partition, from, limit);
      const { tenant } = request.principal ?? { tenant: '' };
      const shown = records.filter((record) => tenant === OPERATOR_TENANT || record.key.startsWith(`${tenant}|`));
      return {
        topic,
        partition,
        partitions,
        first,
        /** Where to read on. */
        next: records.length > 0 ? from + records.length : Math.max(from, first),
        end: next,
        records: shown.map((record) => asJson(topic, record)),
      };
    },
  );

  app.post('/v1/admin/sql', { config: { policy: 'tools.query' } }, async (request, reply) => {
    // Whoever writes SQL names the tenant himself, so only the operator may.
    onlyOperator(request.principal?.tenant);
    const body = sqlBody.safeParse(request.body);
    if (!body.success) throw new EarshotError('invalid', 'send {"sql": "…"}');
    const engine = warehouse();
    if (engine?.state() !== 'ready') throw new EarshotError('analysis-off', 'analysis is off', { retry: true });
    const answer = await engine.readOnly(body.data.sql, DEFAULT_READ_ONLY_LIMITS);
    if (answer.ok) return { rows: answer.rows };
    return reply.code(400).send({ code: answer.code, message: answer.message, retry: false });
  });

  app.post('/v1/admin/sign-in-links', { config: { policy: 'tools.query' } }, async (request) => {
    onlyOperator(request.principal?.tenant);
    const body = personBody.safeParse(request.body);
    if (!body.success) throw new EarshotError('invalid', 'send {"staffNumber": "…"}');
    return { link: await deps.issueSignInLink(body.data.staffNumber) };
  });

  app.post('/v1/admin/sessions/end', { config: { policy: 'tools.query' } }, async (request) => {
    onlyOperator(request.principal?.tenant);
    const body = personBody.safeParse(request.body);
    if (!body.success) throw new EarshotError('invalid', 'send {"staffNumber": "…"}');
    await deps.endSessions(body.data.staffNumber);
    return {};
  });
}

function topicOf(name: string): TopicName {
  const short = Object.entries(TOPICS).find(
    ([key, full]) => key === name || full === name || full === `earshot.${name}.v1`,
  );
  if (!short) throw new EarshotError('not-found', 'there is no such topic');
  return short[1];
}

function asJson(topic: TopicName, record: LogRecord): unknown {
  const { partition, offset, key, timestampMs, value } = record;
  const read = readable(topic, value);
  return { partition, offset, key, timestampMs, ...read, ...('value' in read ? {} : { bytes: value.length }) };
}
