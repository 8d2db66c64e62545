import type { Row } from '../dashboard.js';
import { figure, lines, sqlSeries, sqlTable, table } from '../panel.js';
import { bucket, channel, chosen, LIVE_ALERTS, orNone, outcome, SEVERITY_COLOURS, severity } from './fragments.js';

const STARTED = `FROM earshot.conversation_facts FINAL
WHERE ${chosen('at')} AND kind = 'started'`;

export const CONVERSATIONS: Row = {
  title: { zh: '会话', en: 'Conversations' },
  panels: [
    figure({ zh: '会话', en: 'Conversations' }, { zh: '所选时间内开始', en: 'Begun in this time' }, 'short', [
      sqlTable(`
SELECT uniqExact(conversation_id) AS "会话 · conversations"
${STARTED}`),
    ]),
    figure(
      { zh: '有预警的会话', en: 'With an alert' },
      { zh: '占开始于所选时间的会话', en: 'Of the conversations begun in this time' },
      'percentunit',
      [
        sqlTable(`
WITH alerted AS (
    SELECT DISTINCT conversation_id ${LIVE_ALERTS}
)
SELECT uniqExactIf(conversation_id, conversation_id IN (SELECT conversation_id FROM alerted))
    / greatest(uniqExact(conversation_id), 1) AS "占比 · share"
${STARTED}`),
      ],
    ),
    lines(
      { zh: '开始的会话', en: 'Begun' },
      { zh: '按渠道', en: 'By channel' },
      'short',
      [
        sqlSeries(`
SELECT ${bucket('at')} AS time, ${channel} AS name, uniqExact(conversation_id) AS conversations
${STARTED}
GROUP BY time, name
ORDER BY time, name`),
      ],
      { stacked: true, width: 16 },
    ),
    table(
      { zh: '队列', en: 'Queues' },
      { zh: '会话数与有预警的占比', en: 'Conversations, and the share with an alert' },
      'none',
      [
        sqlTable(`
WITH alerted AS (
    SELECT DISTINCT conversation_id ${LIVE_ALERTS}
)
SELECT ${orNone('queue')} AS "队列 · queue", ${channel} AS "渠道 · channel",
    uniqExact(conversation_id) AS "会话 · conversations",
    round(100 * uniqExactIf(conversation_id, conversation_id IN (SELECT conversation_id FROM alerted))
        / "会话 · conversations", 1) AS "有预警 % · with an alert"
${STARTED}
GROUP BY queue, channel
ORDER BY "会话 · conversations" DESC
LIMIT 50`),
      ],
    ),
    table(
      { zh: '时长与语句', en: 'Length and words' },
      { zh: '已结束的会话', en: 'Conversations that have ended' },
      'none',
      [
        sqlTable(`
WITH ends AS (
    SELECT conversation_id, anyIf(channel, kind = 'started') AS channel,
        dateDiff('second', min(at), max(at)) AS seconds
    FROM earshot.conversation_facts FINAL
    WHERE ${chosen('at')} AND kind IN ('started', 'ended')
    GROUP BY conversation_id
    HAVING uniqExact(kind) = 2
)
SELECT ${channel} AS "渠道 · channel", count() AS "会话 · conversations",
    round(quantile(0.5)(seconds) / 60, 1) AS "中位时长（分）· median minutes",
    round(quantile(0.95)(seconds) / 60, 1) AS "p95 时长（分）· p95 minutes"
FROM ends
GROUP BY channel
ORDER BY "会话 · conversations" DESC`),
      ],
    ),
  ],
};

export const RISKS: Row = {
  title: { zh: '风险', en: 'Risks' },
  panels: [
    lines(
      { zh: '预警', en: 'Alerts' },
      { zh: '按级别', en: 'By severity' },
      'short',
      [
        sqlSeries(`
SELECT ${bucket('spoken_at')} AS time, ${severity} AS name, count() AS alerts
${LIVE_ALERTS}
GROUP BY time, name
ORDER BY time, name`),
      ],
      { stacked: true, width: 12, colours: SEVERITY_COLOURS },
    ),
    lines(
      { zh: '说完到桌面', en: 'Spoken to desktop' },
      { zh: '到过桌面的预警', en: 'Alerts that reached a desktop' },
      'ms',
      [
        sqlSeries(`
SELECT ${bucket('spoken_at')} AS time,
    quantile(0.5)(greatest(delivered_ms - spoken_ms, 0)) AS p50,
    quantile(0.95)(greatest(delivered_ms - spoken_ms, 0)) AS p95
${LIVE_ALERTS} AND delivered_ms > 0
GROUP BY time
ORDER BY time`),
      ],
      { width: 12 },
    ),
    table({ zh: '处置结果', en: 'Outcomes' }, { zh: '按级别', en: 'By severity' }, 'none', [
      sqlTable(`
SELECT ${severity} AS "级别 · severity",
    if(outcome = '', transform(state, ['raised', 'claimed', 'retracted', 'expired'],
        ['未认领 · raised', '已认领 · claimed', '已撤回 · retracted', '已过期 · expired'], toString(state)), ${outcome})
        AS "结果 · outcome",
    count() AS "预警 · alerts"
${LIVE_ALERTS}
GROUP BY "级别 · severity", "结果 · outcome"
ORDER BY "预警 · alerts" DESC`),
    ]),
    table({ zh: '认领', en: 'Claims' }, { zh: '判定到认领的时间', en: 'From judged to claimed' }, 'none', [
      sqlTable(`
SELECT ${severity} AS "级别 · severity", count() AS "预警 · alerts",
    round(100 * countIf(claimed_ms > 0) / count(), 1) AS "已认领 % · claimed",
    round(quantileIf(0.5)((claimed_ms - judged_ms) / 1000, claimed_ms > 0), 1) AS "中位（秒）· median s",
    round(quantileIf(0.95)((claimed_ms - judged_ms) / 1000, claimed_ms > 0), 1) AS "p95（秒）· p95 s"
${LIVE_ALERTS} AND interrupting
GROUP BY severity
ORDER BY "预警 · alerts" DESC`),
    ]),
  ],
};
