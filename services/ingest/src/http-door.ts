import { type HttpServer, statusOf, utf8 } from '@earshot/kit/http';
import { EarshotError } from '@earshot/model';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventOutcome, Sender } from './accept-event.js';
import { jsonEventSchema } from './domain/json-event.js';
import { asError } from './domain/refusal.js';
import { SOURCE_HEADER } from './identify.js';
import { type PostBody, toPostBody } from './on-post.js';
import { makeSender } from './sender.js';

const refused = z.object({
  code: z.string(),
  message: z.string(),
  retry: z.boolean(),
  retryAfterMs: z.number().int().optional().describe('not before, from now'),
});
const acknowledged = z.object({
  partition: z.number().int(),
  offset: z.number().int().optional().describe('absent while spooled'),
  spooled: z
    .literal(true)
    .optional()
    .describe('it stands on the disk of this door and goes to the log, in its order, once the log is back'),
});
const resultSchema = z
  .object({
    index: z.number().int().describe('place of the event or line in the body, from 0'),
    eventId: z.string(),
    acknowledged: acknowledged.optional(),
    refused: refused.optional(),
  })
  .meta({ id: 'EventResult' });
const answerSchema = z.object({
  acknowledged: z.number().int(),
  refused: z.number().int(),
  results: z.array(resultSchema),
});

type Post = (body: PostBody, conversationId: string, sender: Sender) => Promise<EventOutcome[]>;

/** `POST /v1/conversations/{id}/events` and its description at `/docs`. */
export async function openHttpDoor({ app }: HttpServer, post: Post): Promise<void> {
  app.addContentTypeParser('application/x-ndjson', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    utf8(body),
  );
  app.setSerializerCompiler(serializerCompiler);
  // Events are checked one by one, so that a broken one does not take its neighbours with it.
  app.setValidatorCompiler(() => (value) => ({ value }));
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Earshot ingest',
        version: '1',
        description:
          'Takes conversations in. An event is acknowledged once it is durable, never before; sending it again changes nothing.',
      },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });

  app.post<{ Params: { id: string } }>(
    '/v1/conversations/:id/events',
    {
      config: { policy: 'ingest.append' },
      schema: {
        tags: ['conversations'],
        summary: 'Append events to a conversation',
        description: 'One event, an array of at most 500, or the same as lines (`application/x-ndjson`).',
        security: [{ apiKey: [] }],
        params: z.object({ id: z.string().describe('your own id of the conversation') }),
        headers: z.object({ [SOURCE_HEADER]: z.enum(['voice', 'text']).optional() }),
        body: z.union([jsonEventSchema, z.array(jsonEventSchema)]),
        response: {
          200: answerSchema.describe('all are durable'),
          207: answerSchema.describe('some are durable, some were refused'),
          '4xx': answerSchema.or(refused).describe('none was taken'),
          '5xx': answerSchema.or(refused).describe('none was taken; try again'),
        },
      },
    },
    async (request, reply) => {
      const sender = makeSender(
        request.principal,
        [request.headers[SOURCE_HEADER]].flat().filter((one) => one !== undefined),
      );
      const body = toPostBody(request.headers['content-type'], request.body);
      const outcomes = await post(body, request.params.id, sender);
      if (outcomes.length === 0) throw new EarshotError('body-empty', 'send at least one event');
      const seconds = retryAfterSeconds(outcomes);
      if (seconds !== undefined) reply.header('retry-after', String(seconds));
      return reply.code(statusOfAll(outcomes)).send(toAnswer(outcomes));
    },
  );
}

/** None taken is said by the status too, so that a plain client sees a failure. */
function statusOfAll(outcomes: EventOutcome[]): number {
  const [first] = outcomes;
  if (outcomes.every((outcome) => outcome.ok)) return 200;
  if (outcomes.some((outcome) => outcome.ok) || !first || first.ok) return 207;
  return statusOf(asError(first));
}

/** When those that can succeed later may be sent again; undefined if there are none. */
function retryAfterSeconds(outcomes: EventOutcome[]): number | undefined {
  const waits = outcomes.flatMap((outcome) => (!outcome.ok && outcome.retry ? (outcome.retryAfterMs ?? 1_000) : []));
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits) / 1_000);
}

function toAnswer(outcomes: EventOutcome[]): z.input<typeof answerSchema> {
  const acknowledged = outcomes.filter((outcome) => outcome.ok).length;
  const results = outcomes.map((outcome, index) => {
    const { eventId } = outcome;
    if (outcome.ok) {
      const { ack } = outcome;
      return { index, eventId, acknowledged: ack.offset === undefined ? { ...ack, spooled: true as const } : ack };
    }
    const { code, message, retry, retryAfterMs } = outcome;
    return {
      index,
      eventId,
      refused: { code, message, retry, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    };
  });
  return { acknowledged, refused: outcomes.length - acknowledged, results };
}
