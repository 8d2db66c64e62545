import { z } from 'zod';
import { type Answerer, ask, Count, Tenant, TimeRange } from './shape.js';

const QUESTION = {
  name: 'conversations-by-external-id',
  params: z.object({
    tenant: Tenant,
    range: TimeRange,
    /** Call, session, recording, ticket, order … as the centre names it; the conversation's own id is found too. */
    externalId: z.string().min(1).max(200),
    limit: z.int().min(1).max(500).default(50),
  }),
  row: z.object({
    conversationId: z.string(),
    channel: z.string(),
    queue: z.string(),
    skillGroup: z.string(),
    externalIds: z.record(z.string(), z.string()),
    agents: z.array(z.string()),
    /** Epoch ms; null while unknown. */
    startedAtMs: z.coerce.number().nullable(),
    endedAtMs: z.coerce.number().nullable(),
    utterances: Count,
    alerts: Count,
  }),
  sql: `
    WITH found AS
    (
        SELECT conversation_id
        FROM earshot.conversation_facts
        WHERE tenant = {tenant:String}
          AND at >= fromUnixTimestamp64Milli({fromMs:Int64}) AND at < fromUnixTimestamp64Milli({toMs:Int64})
          AND (conversation_id = {externalId:String}
            OR has(mapValues(external_ids), {externalId:String})
            OR has(mapValues(fields), {externalId:String}))
        GROUP BY conversation_id
        ORDER BY max(at) DESC, conversation_id
        LIMIT {limit:UInt32}
    )
    SELECT
        conversation_id AS conversationId,
        channel,
        queue,
        skill_group AS skillGroup,
        external_ids AS externalIds,
        agents,
        toUnixTimestamp64Milli(started_at) AS startedAtMs,
        toUnixTimestamp64Milli(ended_at) AS endedAtMs,
        words.n AS utterances,
        raised.n AS alerts
    FROM earshot.conversations
    LEFT JOIN
    (
        SELECT conversation_id, countIf(NOT withdrawn) AS n
        FROM earshot.utterances FINAL
        WHERE tenant = {tenant:String} AND conversation_id IN (SELECT conversation_id FROM found)
        GROUP BY conversation_id
    ) AS words USING (conversation_id)
    LEFT JOIN
    (
        SELECT conversation_id, count() AS n
        FROM earshot.alerts FINAL
        WHERE tenant = {tenant:String} AND conversation_id IN (SELECT conversation_id FROM found)
        GROUP BY conversation_id
    ) AS raised USING (conversation_id)
    WHERE tenant = {tenant:String} AND conversation_id IN (SELECT conversation_id FROM found)
    ORDER BY startedAtMs DESC, conversationId`,
  bind: (asked: { tenant: string; range: { fromMs: number; toMs: number }; externalId: string; limit: number }) => ({
    tenant: asked.tenant,
    externalId: asked.externalId,
    limit: asked.limit,
    ...asked.range,
  }),
};

/** Which conversations had a fact in this time and carry this number of the centre's? Newest first. */
export function conversationsByExternalId(warehouse: Answerer, params: z.input<typeof QUESTION.params>) {
  return ask(warehouse, QUESTION, params);
}
