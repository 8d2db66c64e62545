import { describe, expect, test } from 'vitest';
import { createMetrics, PROMISE_SECONDS, STAGE_BUCKETS_SECONDS } from './metrics.js';

describe('metrics', () => {
  test('every stage shares the same buckets', async () => {
    const metrics = createMetrics();
    metrics.stage('received-durable', 0.004);
    metrics.stage('spoken-delivered', -3);
    const text = await metrics.text();
    for (const bucket of STAGE_BUCKETS_SECONDS) {
      expect(text).toContain(`earshot_stage_seconds_bucket{le="${bucket}",stage="received-durable"} 1`);
    }
    expect(text).toContain('earshot_stage_seconds_sum{stage="spoken-delivered"} 0');
  });

  test('two sets in one process do not share a figure', async () => {
    const [first, second] = [createMetrics(), createMetrics()];
    first.received(3);
    expect(await first.text()).toContain('earshot_events_received_total 3');
    expect(await second.text()).toContain('earshot_events_received_total 0');
  });

  test('readings show what there is at each look, and what is gone no longer', async () => {
    const metrics = createMetrics();
    let now = [
      { labels: { group: 'a' }, value: 1 },
      { labels: { group: 'b' }, value: 2 },
    ];
    metrics.readings('earshot_x', 'x', ['group'], () => now);
    expect(await metrics.text()).toContain('earshot_x{group="b"} 2');
    now = [{ labels: { group: 'a' }, value: 5 }];
    const text = await metrics.text();
    expect(text).toContain('earshot_x{group="a"} 5');
    expect(text).not.toContain('earshot_x{group="b"}');
  });

  test('what is kept within the promise can be read off exactly', async () => {
    const metrics = createMetrics();
    for (const seconds of [2.999, 3, 3.001]) metrics.stage('spoken-delivered', seconds);
    expect(await metrics.text()).toContain(
      `earshot_stage_seconds_bucket{le="${PROMISE_SECONDS}",stage="spoken-delivered"} 2`,
    );
  });

  test('a metric is described with its labels before there is anything to count', async () => {
    const metrics = createMetrics();
    metrics.counter('earshot_x_total', 'x', ['code']);
    metrics.durations('earshot_y_seconds', 'y', ['route']);
    expect(await metrics.described()).toEqual(
      expect.arrayContaining([
        { name: 'earshot_x_total', type: 'counter', labels: ['code'] },
        { name: 'earshot_y_seconds', type: 'histogram', labels: ['route'] },
        { name: 'earshot_stage_seconds', type: 'histogram', labels: ['stage'] },
      ]),
    );
  });

  test('asking for a counter twice gives the same one', async () => {
    const metrics = createMetrics();
    metrics.counter('earshot_x_total', 'x', ['code']).inc({ code: 'a' });
    metrics.counter('earshot_x_total', 'x', ['code']).inc({ code: 'a' });
    expect(await metrics.text()).toContain('earshot_x_total{code="a"} 2');
  });

  test('the process shows the delay of its event loop', async () => {
    const text = await createMetrics({ process: true }).text();
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).not.toMatch(/^# TYPE \S+_total gauge$/m);
  });
});
