import { z } from 'zod';
import { type Answerer, ask, Count, Tenant, TimeRange } from './shape.js';

const Milliseconds = z.coerce.number();

const QUESTION = {
  name: 'delivery-latency',
  params: z.object({ tenant: Tenant, range: TimeRange }),
  row: z.object({ alerts: Count, p50Ms: Milliseconds, p95Ms: Milliseconds, p99Ms: Milliseconds, maxMs: Milliseconds }),
  sql: `
    SELECT
        count() AS alerts,
        quantilesExact(0.5, 0.95, 0.99)(greatest(delivered_ms - spoken_ms, 0)) AS q,
        q[1] AS p50Ms,
        q[2] AS p95Ms,
        q[3] AS p99Ms,
        max(greatest(delivered_ms - spoken_ms, 0)) AS maxMs
    FROM earshot.alerts FINAL
    WHERE tenant = {tenant:String}
      AND spoken_at >= fromUnixTimestamp64Milli({fromMs:Int64}) AND spoken_at < fromUnixTimestamp64Milli({toMs:Int64})
      AND delivered_ms > 0
      AND NOT history`,
  bind: ({ tenant, range }: { tenant: string; range: { fromMs: number; toMs: number } }) => ({ tenant, ...range }),
};

export interface DeliveryLatency {
  alerts: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

/**
 * How long from the end of the words to the first desktop? Alerts that reached a desktop, without those that were
 * history on arrival; a sender's clock that runs ahead counts as 0. Absent if there was no such alert.
 */
export async function deliveryLatency(
  warehouse: Answerer,
  params: z.input<typeof QUESTION.params>,
): Promise<DeliveryLatency | undefined> {
  const [figures] = await ask(warehouse, QUESTION, params);
  return figures && figures.alerts > 0 ? figures : undefined;
}
