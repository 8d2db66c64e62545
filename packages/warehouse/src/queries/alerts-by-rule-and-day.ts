import { z } from 'zod';
import { type Answerer, ask, Count, Tenant, TimeRange, TimeZone } from './shape.js';

const QUESTION = {
  name: 'alerts-by-rule-and-day',
  params: z.object({ tenant: Tenant, range: TimeRange, timeZone: TimeZone }),
  row: z.object({
    /** `2026-01-05`, in the time zone asked for. */
    day: z.string(),
    ruleId: z.string(),
    alerts: Count,
    interrupting: Count,
    claimed: Count,
    /** Taken back because the finding went. */
    retracted: Count,
    falseAlarms: Count,
    rescued: Count,
  }),
  sql: `
    SELECT
        toString(toDate(spoken_at, {timeZone:String})) AS day,
        rule_id AS ruleId,
        count() AS alerts,
        countIf(interrupting) AS interrupting,
        countIf(claimed_ms > 0) AS claimed,
        countIf(state = 'retracted') AS retracted,
        countIf(outcome = 'false-alarm') AS falseAlarms,
        countIf(outcome = 'rescued') AS rescued
    FROM earshot.alerts FINAL
    WHERE tenant = {tenant:String}
      AND spoken_at >= fromUnixTimestamp64Milli({fromMs:Int64}) AND spoken_at < fromUnixTimestamp64Milli({toMs:Int64})
    GROUP BY day, ruleId
    ORDER BY day, alerts DESC, ruleId`,
  bind: ({
    tenant,
    range,
    timeZone,
  }: {
    tenant: string;
    range: { fromMs: number; toMs: number };
    timeZone: string;
  }) => ({
    tenant,
    timeZone,
    ...range,
  }),
};

/** How many alerts did each rule raise on each day, and what became of them? By the day the words were said. */
export function alertsByRuleAndDay(warehouse: Answerer, params: z.input<typeof QUESTION.params>) {
  return ask(warehouse, QUESTION, params);
}
