import type { Answerer } from '@earshot/warehouse/queries';
import { z } from 'zod';

const row = z.object({
  channel: z.string(),
  businessLine: z.string(),
  queue: z.string(),
  skillGroup: z.string(),
  /** Epoch ms; null while unknown. */
  startedAtMs: z.coerce.number().nullable(),
  endedAtMs: z.coerce.number().nullable(),
  lastAtMs: z.coerce.number(),
});

export type PastFacts = z.infer<typeof row>;

const SQL = `
  SELECT channel, business_line AS businessLine, queue, skill_group AS skillGroup,
    toUnixTimestamp64Milli(started_at) AS startedAtMs, toUnixTimestamp64Milli(ended_at) AS endedAtMs,
    toUnixTimestamp64Milli(last_fact_at) AS lastAtMs
  FROM earshot.conversations
  WHERE tenant = {tenant:String} AND conversation_id = {conversationId:String}`;

/** What was known of one conversation besides its words. */
export async function factsOfConversation(
  warehouse: Answerer,
  asked: { tenant: string; conversationId: string },
): Promise<PastFacts | undefined> {
  const [found] = await warehouse.query({ name: 'facts-of-conversation', sql: SQL, params: asked });
  return found && row.parse(found);
}
