import type { Row } from '../dashboard.js';
import { lines, sqlSeries, sqlTable, table } from '../panel.js';
import { bucket, chosen, LIVE_ALERTS, orNone } from './fragments.js';

export const RULES: Row = {
  title: { zh: '规则', en: 'Rules' },
  panels: [
    table(
      { zh: '预警最多的规则', en: 'Rules by alerts' },
      { zh: '误报多的先改规则', en: 'Change the rule first where false alarms are many' },
      'none',
      [
        sqlTable(`
SELECT rule_id AS "规则 · rule", any(title) AS "名称 · title", count() AS "预警 · alerts",
    countIf(interrupting) AS "打断 · interrupting", countIf(state = 'retracted') AS "撤回 · retracted",
    countIf(outcome = 'rescued') AS "已化解 · rescued", countIf(outcome = 'false-alarm') AS "误报 · false",
    round(100 * "误报 · false" / greatest(countIf(outcome != ''), 1), 1) AS "误报 % · false of closed",
    countIf(useful = 'yes') AS "有用 · useful", countIf(useful = 'no') AS "没用 · not useful"
${LIVE_ALERTS}
GROUP BY rule_id
ORDER BY "预警 · alerts" DESC
LIMIT 50`),
      ],
      { width: 24 },
    ),
    lines(
      { zh: '命中', en: 'Findings' },
      { zh: '最常见的十条规则，含不预警的低级别', en: 'Ten most frequent rules, with those too low for an alert' },
      'short',
      [
        sqlSeries(`
WITH often AS (
    SELECT rule_id FROM earshot.finding_assertions FINAL
    WHERE ${chosen('words_at')}
    GROUP BY rule_id ORDER BY count() DESC LIMIT 10
)
SELECT ${bucket('words_at')} AS time, rule_id AS name, uniqExact(finding_id) AS findings
FROM earshot.finding_assertions FINAL
WHERE ${chosen('words_at')} AND rule_id IN (SELECT rule_id FROM often)
GROUP BY time, name
ORDER BY time, name`),
      ],
      { width: 12 },
    ),
    table({ zh: '命中的标签', en: 'Tags of findings' }, { zh: '按标签', en: 'By tag' }, 'none', [
      sqlTable(`
SELECT arrayJoin(tags) AS "标签 · tag", uniqExact(finding_id) AS "命中 · findings",
    uniqExact(conversation_id) AS "会话 · conversations"
FROM earshot.finding_assertions FINAL
WHERE ${chosen('words_at')}
GROUP BY "标签 · tag"
ORDER BY "命中 · findings" DESC
LIMIT 50`),
    ]),
  ],
};

/** Teams, not persons: an automatic finding is no measure of anybody. */
export const TEAMS: Row = {
  title: { zh: '班组', en: 'Teams' },
  panels: [
    table(
      { zh: '技能组', en: 'Skill groups' },
      { zh: '自动命中不能单独作为考核依据', en: 'An automatic finding is by itself no basis for judging people' },
      'none',
      [
        sqlTable(`
SELECT ${orNone('skill_group')} AS "技能组 · skill group", ${orNone('business_line')} AS "业务线 · business line",
    count() AS "预警 · alerts", uniqExact(conversation_id) AS "会话 · conversations",
    round(100 * countIf(claimed_ms > 0) / count(), 1) AS "已认领 % · claimed",
    countIf(outcome = 'rescued') AS "已化解 · rescued", countIf(outcome = 'too-late') AS "已晚 · too late"
${LIVE_ALERTS}
GROUP BY skill_group, business_line
ORDER BY "预警 · alerts" DESC
LIMIT 50`),
      ],
    ),
    lines(
      { zh: '技能组的预警', en: 'Alerts by skill group' },
      { zh: '会打断人的', en: 'Those that interrupt' },
      'short',
      [
        sqlSeries(`
SELECT ${bucket('spoken_at')} AS time, ${orNone('skill_group')} AS name, count() AS alerts
${LIVE_ALERTS} AND interrupting
GROUP BY time, name
ORDER BY time, name`),
      ],
      { stacked: true, width: 12 },
    ),
    lines(
      { zh: '打断的次数', en: 'Interruptions' },
      { zh: '每位被打断者每小时；预警额度是每二十席两次', en: 'An hour, for each person who was interrupted' },
      'short',
      [
        sqlSeries(`
SELECT toStartOfHour(spoken_at) AS time,
    sum(length(shown_to)) / greatest(uniqExactArray(shown_to), 1) AS "每人 · each"
${LIVE_ALERTS} AND interrupting
GROUP BY time
ORDER BY time`),
      ],
      { width: 12 },
    ),
    table(
      { zh: '重复进线', en: 'Repeat contacts' },
      { zh: '按会话里记下的来电次数', en: 'By the contacts that a conversation was told of' },
      'none',
      [
        sqlTable(`
SELECT least(count, 5) AS "之前的次数 · earlier contacts", uniqExact(conversation_id) AS "会话 · conversations"
FROM earshot.history_answers FINAL
WHERE ${chosen('logged_at')} AND subject_kind = 'customer'
GROUP BY "之前的次数 · earlier contacts"
ORDER BY "之前的次数 · earlier contacts"`),
      ],
    ),
  ],
};
