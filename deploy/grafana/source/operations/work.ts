import type { Row } from '../dashboard.js';
import { figure, lines, prom, promNow } from '../panel.js';

const SEVERITIES = { critical: 'dark-red', high: 'red', medium: 'orange' };

export const RULES: Row = {
  title: { zh: '规则', en: 'Rules' },
  panels: [
    lines(
      { zh: '事件的去向', en: 'What became of events' },
      { zh: '已判 + 重复 + 未判 = 收到', en: 'Inspected + repeated + not inspected = received' },
      'cps',
      [
        prom('sum(rate(earshot_events_inspected_total[$__rate_interval]))', { zh: '已判', en: 'inspected' }),
        prom('sum(rate(earshot_events_repeated_total[$__rate_interval]))', { zh: '重复', en: 'repeated' }),
        prom('sum by (reason) (rate(earshot_events_not_inspected_total[$__rate_interval]))', {
          zh: '未判 {{reason}}',
          en: 'not inspected',
        }),
      ],
    ),
    lines(
      { zh: '新预警', en: 'Alerts raised' },
      { zh: '按级别，每小时；按规则的数见分析看板', en: 'By severity, an hour; by rule: see the analysis dashboard' },
      'short',
      [prom('sum by (severity) (increase(earshot_alerts_raised_total[1h]))', '{{severity}}')],
      { stacked: true, colours: SEVERITIES },
    ),
    lines(
      { zh: '接收到判定', en: 'Received to judged' },
      { zh: '上桌面的预警', en: 'Of alerts that reached a desktop' },
      's',
      [0.5, 0.99].map((q) =>
        prom(
          `histogram_quantile(${q}, sum by (le) (rate(earshot_stage_seconds_bucket{stage="received-judged"}[$__rate_interval])))`,
          `p${q * 100}`,
        ),
      ),
    ),
    lines(
      { zh: '情绪打分', en: 'Sentiment' },
      { zh: '每秒打分的语句；没有打分的记录', en: 'Utterances scored a second; records left without' },
      'cps',
      [
        prom('sum(rate(earshot_sentiment_scored_total[$__rate_interval]))', { zh: '已打分', en: 'scored' }),
        prom('sum by (reason) (rate(earshot_sentiment_left_total[$__rate_interval]))', {
          zh: '未打分 {{reason}}',
          en: 'left',
        }),
      ],
    ),
    lines(
      { zh: '判定的告警', en: 'Alarms of the folds' },
      { zh: '每次也是一行日志', en: 'Each is a log line too' },
      'short',
      [prom('sum by (fold, code) (increase(earshot_fold_alarms_total[$__rate_interval]))', '{{fold}} {{code}}')],
    ),
    lines(
      { zh: '不能用的记录', en: 'Records that could not be used' },
      { zh: '预警收到的事实；外发记录', en: 'Facts that alerting was told; records of deliveries' },
      'cps',
      [
        prom('sum(rate(earshot_case_facts_refused_total[$__rate_interval]))', { zh: '事实', en: 'facts' }),
        prom('sum(rate(earshot_delivery_facts_refused_total[$__rate_interval]))', { zh: '外发', en: 'deliveries' }),
      ],
    ),
  ],
};

export const CHANNELS: Row = {
  title: { zh: '外发渠道', en: 'Channels' },
  panels: [
    lines(
      { zh: '外发', en: 'Deliveries' },
      { zh: '应发、已发、失败，每小时', en: 'Due, sent and failed, an hour' },
      'short',
      [
        prom('sum(increase(earshot_deliveries_due_total[1h]))', { zh: '应发', en: 'due' }),
        prom('sum by (status) (increase(earshot_deliveries_total[1h]))', '{{status}}'),
      ],
      { colours: { failed: 'red', sent: 'green' } },
    ),
    lines({ zh: '失败的原因', en: 'Why they failed' }, { zh: '按代码，每小时', en: 'By code, an hour' }, 'short', [
      prom('sum by (code) (increase(earshot_deliveries_total{status="failed"}[1h]))', '{{code}}'),
    ]),
    lines({ zh: '重试', en: 'Tried again' }, { zh: '按代码，每小时', en: 'By code, an hour' }, 'short', [
      prom('sum by (code) (increase(earshot_delivery_retries_total[1h]))', '{{code}}'),
    ]),
    figure({ zh: '等待外发', en: 'Waiting' }, { zh: '还没有结果的外发', en: 'Deliveries without a result' }, 'short', [
      promNow('sum(earshot_deliveries_waiting)'),
    ]),
    figure(
      { zh: '等待最久', en: 'Oldest' },
      { zh: '最旧的一条等了多久', en: 'How long the oldest of them has been due' },
      's',
      [promNow('max(earshot_deliveries_oldest_seconds)')],
      { limits: { warn: 60, bad: 300 } },
    ),
    figure(
      { zh: '最慢页面的缓冲', en: 'Slowest page' },
      { zh: '等待最慢页面的字节', en: 'Bytes that wait for the slowest page' },
      'bytes',
      [promNow('max(earshot_console_live_buffered_bytes)')],
    ),
  ],
};

export const WAREHOUSE: Row = {
  title: { zh: '数仓', en: 'Warehouse' },
  panels: [
    figure(
      { zh: '分析', en: 'Analysis' },
      {
        zh: '1 表示 ClickHouse 可用；不可用时预警照常',
        en: '1: ClickHouse is there; without it alerts come all the same',
      },
      'none',
      [promNow('max(earshot_analysis_on)')],
      { limits: { warn: 1, bad: 1, lowIsBad: true } },
    ),
    figure(
      { zh: '不能入库', en: 'Unusable' },
      { zh: '所选时间内不能成为行的记录', en: 'Records in this time that could not become rows' },
      'short',
      [promNow('sum(increase(earshot_analytics_unusable_total[$__range])) or vector(0)')],
      { limits: { warn: 1, bad: 100 } },
    ),
    lines({ zh: '入库', en: 'Rows' }, { zh: '每秒，按表', en: 'A second, by table' }, 'cps', [
      prom('sum by (table) (rate(earshot_analytics_rows_total[$__rate_interval]))', '{{table}}'),
    ]),
    lines(
      { zh: '批大小', en: 'Batch size' },
      { zh: '每批的行数；太小说明写得太碎', en: 'Rows a batch; small ones are what ClickHouse bears least' },
      'short',
      [
        prom(
          `sum by (table) (rate(earshot_analytics_rows_total[$__rate_interval]))
          / sum by (table) (rate(earshot_analytics_batches_total[$__rate_interval]))`,
          '{{table}}',
        ),
      ],
    ),
    lines(
      { zh: '入库延迟', en: 'Behind the log' },
      { zh: '最近入库的记录晚了多久；积压见上', en: 'How late the newest landed record was; lag is above' },
      's',
      [prom('max by (topic) (earshot_analytics_delay_seconds)', '{{topic}}')],
      { limits: { warn: 30, bad: 300 } },
    ),
  ],
};
