import type { Row } from '../dashboard.js';
import { lines, sqlSeries, sqlTable, table } from '../panel.js';
import { bucket, channel, chosen, orNone } from './fragments.js';

const SCORED = `FROM earshot.utterance_scores AS scores FINAL
INNER JOIN (
    SELECT tenant, conversation_id, leg, segment, revision, role FROM earshot.utterances FINAL
    WHERE ${chosen('at')}
) AS said USING (tenant, conversation_id, leg, segment, revision)
WHERE ${chosen('scores.at')} AND role = 'customer'`;

export const SENTIMENT: Row = {
  title: { zh: '情绪', en: 'Sentiment' },
  panels: [
    lines(
      { zh: '客户情绪', en: 'What customers feel' },
      { zh: '打过分的语句里占多少', en: 'Of the utterances that were scored' },
      'percentunit',
      [
        sqlSeries(`
SELECT ${bucket('scores.at')} AS time, countIf(negative >= 0.5) / count() AS "负面 · negative",
    countIf(anger >= 0.5) / count() AS "愤怒 · anger", countIf(offensive >= 0.5) / count() AS "辱骂 · offensive",
    countIf(positive >= 0.5) / count() AS "正面 · positive"
${SCORED}
GROUP BY time
ORDER BY time`),
      ],
      { width: 12, colours: { '正面 · positive': 'green', '愤怒 · anger': 'red' } },
    ),
    table(
      { zh: '哪里的客户不满', en: 'Where customers are unhappy' },
      { zh: '按渠道与队列', en: 'By channel and queue' },
      'none',
      [
        sqlTable(`
WITH started AS (
    SELECT conversation_id, any(channel) AS channel, any(queue) AS queue FROM earshot.conversation_facts FINAL
    WHERE ${chosen('at')} AND kind = 'started'
    GROUP BY conversation_id
)
SELECT ${channel} AS "渠道 · channel", ${orNone('queue')} AS "队列 · queue", count() AS "语句 · utterances",
    round(100 * countIf(felt.negative >= 0.5) / count(), 1) AS "负面 % · negative",
    round(100 * countIf(felt.anger >= 0.5) / count(), 1) AS "愤怒 % · anger"
FROM (SELECT conversation_id, negative, anger ${SCORED}) AS felt
INNER JOIN started USING (conversation_id)
GROUP BY channel, queue
ORDER BY "负面 % · negative" DESC
LIMIT 50`),
      ],
    ),
  ],
};

export const QUALITY: Row = {
  title: { zh: '数据质量', en: 'Quality of the data' },
  panels: [
    table(
      { zh: '死信', en: 'Dead letters' },
      { zh: '不能用的记录与原因', en: 'Records that could not be used, and why' },
      'none',
      [
        sqlTable(`
SELECT source_topic AS "主题 · topic", reason AS "原因 · reason", count() AS "条 · records", max(at) AS "最近 · last"
FROM earshot.dead_letters FINAL
WHERE ${chosen('at')}
GROUP BY source_topic, reason
ORDER BY "条 · records" DESC
LIMIT 50`),
      ],
    ),
    table(
      { zh: '语句的来源', en: 'Utterances' },
      { zh: '定稿、撤回与接收的延迟', en: 'Final, withdrawn, and how late they came' },
      'none',
      [
        sqlTable(`
SELECT role AS "角色 · role", count() AS "语句 · utterances", countIf(final) AS "定稿 · final",
    countIf(withdrawn) AS "撤回 · withdrawn",
    round(quantileIf(0.95)(greatest(received_ms - end_ms, 0) / 1000, final), 2) AS "p95 迟到（秒）· p95 late s"
FROM earshot.utterances FINAL
WHERE ${chosen('at')}
GROUP BY role
ORDER BY "语句 · utterances" DESC`),
      ],
    ),
  ],
};
