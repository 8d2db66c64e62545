import type { Row } from '../dashboard.js';
import { bars, figure, lines, prom, promNow } from '../panel.js';

/** Share of the alerts on a desktop within the promise; `range` as PromQL has it. */
const kept = (range: string) =>
  `sum(rate(earshot_stage_seconds_bucket{stage="spoken-delivered",le="3"}[${range}]))
  / sum(rate(earshot_stage_seconds_count{stage="spoken-delivered"}[${range}]))`;

const quantile = (q: number, stage: string, range = '$__rate_interval') =>
  `histogram_quantile(${q}, sum by (le) (rate(earshot_stage_seconds_bucket{stage="${stage}"}[${range}])))`;

/** In the order of the road. */
const STAGES = [
  ['spoken-received', { zh: '说完 → 接收', en: 'spoken → received' }],
  ['received-durable', { zh: '接收 → 落盘', en: 'received → durable' }],
  ['received-judged', { zh: '接收 → 判定', en: 'received → judged' }],
  ['judged-raised', { zh: '判定 → 预警', en: 'judged → raised' }],
  ['raised-delivered', { zh: '预警 → 桌面', en: 'raised → desktop' }],
  ['spoken-delivered', { zh: '全程', en: 'the whole road' }],
  ['delivered-seen', { zh: '桌面 → 看到', en: 'desktop → seen' }],
] as const;

export const PROMISE: Row = {
  title: { zh: '承诺：说完三秒内到桌面', en: 'The promise: on the desktop within 3 s' },
  panels: [
    figure(
      { zh: '三秒内到达', en: 'Within 3 s' },
      {
        zh: '所选时间内，说完三秒内上桌面的预警占比',
        en: 'Of the alerts in this time, the share on a desktop within 3 s',
      },
      'percentunit',
      [promNow(kept('$__range'))],
      { limits: { warn: 0.99, bad: 0.95, lowIsBad: true } },
    ),
    figure(
      { zh: '全程 p95', en: 'Whole road p95' },
      { zh: '说完到桌面，所选时间', en: 'Spoken to desktop, in this time' },
      's',
      [promNow(quantile(0.95, 'spoken-delivered', '$__range'))],
      { limits: { warn: 2, bad: 3 } },
    ),
    figure(
      { zh: '上桌面的预警', en: 'Alerts on a desktop' },
      { zh: '所选时间内；断线补看的不算', en: 'In this time; what a page catches up with is not counted' },
      'short',
      [promNow('sum(increase(earshot_stage_seconds_count{stage="spoken-delivered"}[$__range]))')],
    ),
    figure(
      { zh: '在线页面', en: 'Live pages' },
      { zh: '桌面与大屏的连接数', en: 'Connections of desks and walls' },
      'short',
      [promNow('sum(earshot_console_live_connections)')],
    ),
    figure(
      { zh: '不在的进程', en: 'Processes down' },
      { zh: '抓取不到指标的进程', en: 'Processes whose figures cannot be read' },
      'short',
      [promNow('count(up{job=~"earshot.*"} == 0) or vector(0)')],
      { limits: { warn: 1, bad: 1 } },
    ),
    figure(
      { zh: '未处理最久', en: 'Oldest not handled' },
      { zh: '预警路上最旧的未处理记录', en: 'Oldest record not handled on the alert road' },
      's',
      [promNow('max(earshot_log_lag_seconds{group!="analytics"})')],
      { limits: { warn: 3, bad: 10 } },
    ),
    lines(
      { zh: '说完到桌面', en: 'Spoken to desktop' },
      { zh: '主要指标：说完一句话到坐席看见', en: 'The main figure: from the end of the words to the desk' },
      's',
      [0.5, 0.95, 0.99].map((q) => prom(quantile(q, 'spoken-delivered'), `p${q * 100}`)),
      { width: 12, limits: { warn: 2, bad: 3 } },
    ),
    lines(
      { zh: '三秒内到达的比例', en: 'Share within 3 s' },
      { zh: '低于 99 % 持续五分钟会告警', en: 'Below 99 % for five minutes an alert is sent' },
      'percentunit',
      [prom(kept('$__rate_interval'), { zh: '比例', en: 'share' })],
      { width: 12, limits: { warn: 0.99, bad: 0.95, lowIsBad: true } },
    ),
  ],
};

export const WATERFALL: Row = {
  title: { zh: '时间花在哪里', en: 'Where the time goes' },
  panels: [
    bars(
      { zh: '各段 p95', en: 'Stages, p95' },
      { zh: '所选时间；从上到下是一条预警走过的路', en: 'In this time; from top to bottom the road of an alert' },
      's',
      STAGES.map(([stage, words]) => promNow(quantile(0.95, stage, '$__range'), words)),
    ),
    lines(
      { zh: '各段 p95 的变化', en: 'Stages over time, p95' },
      { zh: '哪一段慢了', en: 'Which stage has become slow' },
      's',
      STAGES.map(([stage, words]) => prom(quantile(0.95, stage), words)),
      { width: 12 },
    ),
  ],
};
