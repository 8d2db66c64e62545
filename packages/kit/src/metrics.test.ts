import { describe, expect, test } from 'vitest';
import { createMetrics, STAGE_BUCKETS_SECONDS } from './metrics.js';

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

  test('asking for a counter twice gives the same one', async () => {
    const metrics = createMetrics();
    metrics.counter('earshot_x_total', 'x', ['code']).inc({ code: 'a' });
    metrics.counter('earshot_x_total', 'x', ['code']).inc({ code: 'a' });
    expect(await metrics.text()).toContain('earshot_x_total{code="a"} 2');
  });

  test('the process shows the delay of its event loop', async () => {
    expect(await createMetrics({ process: true }).text()).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});
