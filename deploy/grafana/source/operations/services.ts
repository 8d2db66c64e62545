import type { Row } from '../dashboard.js';
import { lines, prom } from '../panel.js';

const p95 = (name: string, by: string) =>
  `histogram_quantile(0.95, sum by (${by}, le) (rate(${name}_bucket[$__rate_interval])))`;

/** Rate, errors, duration. */
export const RED: Row = {
  title: { zh: '服务：请求、错误、耗时', en: 'Services: rate, errors, duration' },
  panels: [
    lines({ zh: 'HTTP 请求', en: 'HTTP requests' }, { zh: '每秒', en: 'A second' }, 'reqps', [
      prom('sum by (service) (rate(earshot_http_requests_total[$__rate_interval]))', '{{service}}'),
    ]),
    lines(
      { zh: 'HTTP 错误占比', en: 'HTTP errors' },
      { zh: '5xx 占全部请求', en: '5xx of all requests' },
      'percentunit',
      [
        prom(
          `sum by (service) (rate(earshot_http_requests_total{status=~"5.."}[$__rate_interval]))
          / sum by (service) (rate(earshot_http_requests_total[$__rate_interval]))`,
          '{{service}}',
        ),
      ],
      { limits: { warn: 0.01, bad: 0.05 } },
    ),
    lines({ zh: 'HTTP 耗时 p95', en: 'HTTP duration p95' }, { zh: '按路由', en: 'By route' }, 's', [
      prom(p95('earshot_http_request_duration_seconds', 'service, route'), '{{service}} {{route}}'),
    ]),
    lines({ zh: 'gRPC 调用', en: 'gRPC calls' }, { zh: '每秒结束的调用', en: 'Finished a second' }, 'reqps', [
      prom('sum by (service, method) (rate(earshot_grpc_calls_total[$__rate_interval]))', '{{service}} {{method}}'),
    ]),
    lines({ zh: 'gRPC 失败', en: 'gRPC failures' }, { zh: '按代码', en: 'By code' }, 'reqps', [
      prom(
        'sum by (service, code) (rate(earshot_grpc_calls_total{code!="ok"}[$__rate_interval]))',
        '{{service}} {{code}}',
      ),
    ]),
    lines(
      { zh: 'gRPC 耗时 p95', en: 'gRPC duration p95' },
      { zh: '一问一答的调用', en: 'Calls with one answer' },
      's',
      [prom(p95('earshot_grpc_call_duration_seconds', 'service, method'), '{{service}} {{method}}')],
    ),
  ],
};

const perProcess = '{{service}} {{instance}}';

/** Utilisation, saturation; errors are above. */
export const USE: Row = {
  title: { zh: '进程：用量与饱和', en: 'Processes: use and saturation' },
  panels: [
    lines({ zh: 'CPU', en: 'CPU' }, { zh: '占用的核数', en: 'Cores in use' }, 'short', [
      prom('rate(process_cpu_seconds_total{job=~"earshot.*"}[$__rate_interval])', perProcess),
    ]),
    lines(
      { zh: '事件循环延迟 p99', en: 'Event loop delay p99' },
      { zh: '高说明进程忙不过来', en: 'High: the process cannot keep up' },
      's',
      [prom('nodejs_eventloop_lag_p99_seconds{job=~"earshot.*"}', perProcess)],
      { limits: { warn: 0.1, bad: 0.5 } },
    ),
    lines({ zh: '内存', en: 'Memory' }, { zh: '常驻内存', en: 'Resident' }, 'bytes', [
      prom('process_resident_memory_bytes{job=~"earshot.*"}', perProcess),
    ]),
    lines({ zh: '堆', en: 'Heap' }, { zh: '已用', en: 'In use' }, 'bytes', [
      prom('nodejs_heap_size_used_bytes{job=~"earshot.*"}', perProcess),
    ]),
    lines(
      { zh: '文件句柄', en: 'Open files' },
      { zh: '占上限的比例', en: 'Of those that are allowed' },
      'percentunit',
      [prom('process_open_fds{job=~"earshot.*"} / process_max_fds{job=~"earshot.*"}', perProcess)],
      { limits: { warn: 0.5, bad: 0.8 } },
    ),
    lines(
      { zh: '重启', en: 'Restarts' },
      { zh: '每小时', en: 'In an hour' },
      'short',
      [prom('changes(process_start_time_seconds{job=~"earshot.*"}[1h])', perProcess)],
      { limits: { warn: 1, bad: 3 } },
    ),
  ],
};
