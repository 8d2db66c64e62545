import { parseJson } from '@earshot/kit/http';
import { OUTCOMES } from '@earshot/model';
import type { ClientMessage } from '@earshot/wire/live';
import { z } from 'zod';

const id = z.string().min(1).max(256);

const action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('claim') }),
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({ kind: z.literal('resolve'), outcome: z.enum(OUTCOMES), note: z.string().max(1_000).optional() }),
  z.strictObject({ kind: z.literal('delivered') }),
  z.strictObject({ kind: z.literal('seen') }),
  z.strictObject({ kind: z.literal('feedback'), useful: z.boolean() }),
]);

export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    view: z.enum(['desk', 'wall']),
    cursor: z.string().max(16_384).optional(),
  }),
  z.strictObject({ type: z.literal('follow'), conversationId: id }),
  z.strictObject({ type: z.literal('unfollow'), conversationId: id }),
  z.strictObject({ type: z.literal('act'), requestId: id, conversationId: id, alertId: id, action }),
]) satisfies z.ZodType<ClientMessage>;

/** The names of all messages a page may send, as this server takes them. */
export const TAKEN_MESSAGE_TYPES = clientMessage.options.map((option) => option.shape.type.value);

/** Undefined: not a message of the protocol. */
export function readMessage(text: string): ClientMessage | undefined {
  try {
    const parsed = clientMessage.safeParse(parseJson(text, 8));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
