import type { ConversationEvent, EventBody } from '@earshot/model';
import { CALL_STEPS, CHANNELS, DIRECTIONS, PARTICIPANT_ROLES } from '@earshot/model';
import { z } from 'zod';
import { type Refusal, refuse } from './refusal.js';

const role = z.enum(PARTICIPANT_ROLES);
const ms = z.number().int().describe('epoch milliseconds on the clock of the sender');
const text = z.string();
const map = z.record(z.string(), z.string());
const eventId = z.string().default('').describe('idempotency key; derived from the content if absent');
const timed = { eventId, atMs: ms.describe('when it happened, epoch milliseconds') };

/** One event as JSON: `kind` says which, the fields stand beside it. Unknown fields are refused, so that a typing error is not lost words. */
export const jsonEventSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('started'),
      ...timed,
      channel: z.enum(CHANNELS),
      direction: z.enum(DIRECTIONS),
      businessLine: text.optional(),
      queue: text.optional(),
      skillGroup: text.optional(),
      externalIds: map.default({}).describe('call, session, recording, ticket … in your own names'),
      customerKey: text.optional().describe('anything that names the customer; only a keyed hash is kept'),
      recordingNoticeGiven: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal('participant-joined'),
      ...timed,
      participantId: text,
      role,
      staffNumber: text.optional(),
      leg: text,
    }),
    z.strictObject({ kind: z.literal('participant-left'), ...timed, participantId: text }),
    z.strictObject({
      kind: z.literal('utterance'),
      eventId,
      atMs: ms.optional().describe('not needed: the end of the words counts'),
      participantId: text,
      role,
      leg: text,
      segment: z.number().int().describe('numbered per leg, from 0'),
      revision: z.number().int().default(0).describe('rises with every correction of the same leg and segment'),
      final: z.boolean().default(true),
      text: text.describe('the whole utterance so far, never a delta'),
      startMs: ms,
      endMs: ms,
      language: text.optional(),
    }),
    z.strictObject({ kind: z.literal('utterance-withdrawn'), ...timed, leg: text, segment: z.number().int() }),
    z.strictObject({
      kind: z.literal('call-progress'),
      ...timed,
      step: z.enum(CALL_STEPS),
      participantId: text.optional(),
      target: text.optional(),
    }),
    z.strictObject({
      kind: z.literal('rating'),
      ...timed,
      score: z.number(),
      scale: z.number(),
      comment: text.optional(),
    }),
    z.strictObject({ kind: z.literal('metadata'), ...timed, fields: map }),
    z.strictObject({ kind: z.literal('ended'), ...timed, reason: text.optional() }),
  ])
  .meta({ id: 'ConversationEvent' });

/** The conversation comes from the path. */
export function fromJson(json: unknown, conversationId: string): { ok: true; event: ConversationEvent } | Refusal {
  const parsed = jsonEventSchema.safeParse(json);
  if (!parsed.success) return explain(parsed.error.issues[0]);
  const { eventId: id, atMs, ...body } = parsed.data;
  const event = { conversationId, eventId: id, atMs: atMs ?? 0, body: withoutUndefined(body) };
  return { ok: true, event };
}

/** Names the place and what is expected there, never what was there. */
function explain(issue: z.core.$ZodIssue | undefined): Refusal {
  const path = issue?.path.filter((step) => typeof step !== 'symbol') ?? [];
  // Below a map the next step is a key of the sender's, which may be anything.
  const place = path[0] === undefined ? 'the event' : String(path[0]);
  switch (issue?.code) {
    case 'unrecognized_keys':
      return refuse('field-unknown', `${place} has a field that does not exist`);
    case 'invalid_union':
      return refuse('kind-unknown', 'kind: must be one of the kinds of events');
    case 'invalid_type':
      return refuse('field-invalid', `${place}: must be given as ${issue.expected}`);
    case 'invalid_value':
      return refuse('field-invalid', `${place}: must be one of ${issue.values.map(String).join(', ')}`);
    default:
      return refuse('field-invalid', `${place}: not as expected`);
  }
}

function withoutUndefined<T extends EventBody>(body: T): EventBody {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as unknown as T;
}
