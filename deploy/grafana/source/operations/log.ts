import type { Row } from '../dashboard.js';
import { figure, lines, prom, promNow } from '../panel.js';

const perGroup = '{{group}} ← {{topic}}';

export const LOG: Row = {
  title: { zh: '消息日志', en: 'The log' },
  panels: [
    lines(
      { zh: '积压（秒）', en: 'Lag in seconds' },
      {
        zh: '每个消费组最旧未处理记录的年龄；0 表示没有积压',
        en: 'Age of the oldest record that a group has not handled',
      },
      's',
      [prom('max by (group, topic) (earshot_log_lag_seconds)', perGroup)],
      { limits: { warn: 3, bad: 10 } },
    ),
    lines(
      { zh: '积压（条）', en: 'Lag in records' },
      { zh: '最落后的分区还有多少条没有处理', en: 'Not handled in the partition that is furthest behind' },
      'short',
      [prom('max by (group, topic) (earshot_log_lag_records)', perGroup)],
    ),
    lines(
      { zh: '处理速度', en: 'Handled' },
      { zh: '每个消费组每秒处理的记录', en: 'Records a second, by group' },
      'cps',
      [prom('sum by (group, topic) (rate(earshot_log_handled_total[$__rate_interval]))', perGroup)],
    ),
    lines(
      { zh: '写入速度', en: 'Appended' },
      { zh: '每个主题每秒落盘的记录', en: 'Durable records a second, by topic' },
      'cps',
      [prom('sum by (topic) (rate(earshot_log_appended_total[$__rate_interval]))', '{{topic}}')],
    ),
    lines(
      { zh: '写入耗时', en: 'Time to be durable' },
      { zh: '一次写入到落盘', en: 'From an append until it is durable' },
      's',
      [0.5, 0.99].map((q) =>
        prom(
          `histogram_quantile(${q}, sum by (service, le) (rate(earshot_log_append_duration_seconds_bucket[$__rate_interval])))`,
          `{{service}} p${q * 100}`,
        ),
      ),
    ),
    lines(
      { zh: '重试与被拒', en: 'Tried again, and rejected' },
      { zh: '对 Kafka 重试的请求；没能写入的追加', en: 'Requests to Kafka tried again; appends that failed' },
      'cps',
      [
        prom('sum by (service, code) (rate(earshot_log_troubles_total[$__rate_interval]))', '{{service}} {{code}}'),
        prom('sum by (service, code) (rate(earshot_log_append_failures_total[$__rate_interval]))', {
          zh: '被拒 {{service}} {{code}}',
          en: 'rejected',
        }),
      ],
    ),
    figure(
      { zh: '死信', en: 'Dead letters' },
      { zh: '所选时间内新增；原因见分析看板', en: 'New in this time; why: see the analysis dashboard' },
      'short',
      [promNow('sum(increase(earshot_log_appended_total{topic="earshot.dead-letters.v1"}[$__range]))')],
      { limits: { warn: 1, bad: 100 } },
    ),
  ],
};

export const INGEST: Row = {
  title: { zh: '接入', en: 'Ingest' },
  panels: [
    lines({ zh: '事件', en: 'Events' }, { zh: '收到、已确认、拒收', en: 'Received, acknowledged, refused' }, 'cps', [
      prom('sum(rate(earshot_events_received_total[$__rate_interval]))', { zh: '收到', en: 'received' }),
      prom('sum(rate(earshot_ingest_acknowledged_total[$__rate_interval]))', { zh: '已确认', en: 'acknowledged' }),
      prom('sum by (code) (rate(earshot_ingest_refused_total[$__rate_interval]))', {
        zh: '拒收 {{code}}',
        en: 'refused',
      }),
    ]),
    lines(
      { zh: '等待写入', en: 'Waiting for the log' },
      { zh: '内存里等待日志的事件；磁盘暂存的事件', en: 'Events that wait in memory; events in the spool on disk' },
      'short',
      [
        prom('sum by (instance) (earshot_ingest_waiting)', { zh: '内存 {{instance}}', en: 'memory' }),
        prom('sum by (instance) (earshot_ingest_spool_entries)', { zh: '暂存 {{instance}}', en: 'spool' }),
      ],
    ),
    lines(
      { zh: '暂存最久', en: 'Oldest in the spool' },
      {
        zh: 'Kafka 不可用时事件先存本地磁盘；最旧的等了多久',
        en: 'While Kafka is away events wait on disk: the oldest',
      },
      's',
      [prom('max by (instance) (earshot_ingest_spool_oldest_seconds)', '{{instance}}')],
      { limits: { warn: 10, bad: 60 } },
    ),
    lines(
      { zh: '暂存用量', en: 'Spool in use' },
      { zh: '满了就会拒收', en: 'Once it is full, events are refused' },
      'percentunit',
      [prom('max by (instance) (earshot_ingest_spool_bytes / earshot_ingest_spool_capacity_bytes)', '{{instance}}')],
      { limits: { warn: 0.5, bad: 0.8 } },
    ),
  ],
};
