import { createLogger, createMetrics } from '@earshot/kit';
import { expect, test } from 'vitest';
import { tellTrouble } from './trouble.js';

test('a trouble that lasts is counted every time and said every ten seconds, with plain fields only', async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({ service: 'test', to: { write: (line: string) => void lines.push(JSON.parse(line)) } });
  const metrics = createMetrics();
  let nowMs = 0;
  const tell = tellTrouble({ logger, metrics }, () => nowMs);
  for (; nowMs < 25_000; nowMs += 1_000) tell('send-failed', { topic: 'calls', partition: 3, cause: { deep: 'no' } });
  tell('fetch-failed', {});
  expect(lines.map(({ code }) => code)).toEqual(['send-failed', 'send-failed', 'send-failed', 'fetch-failed']);
  expect(lines[0]).toMatchObject({ level: 'warn', topic: 'calls', partition: 3 });
  expect(lines[0]).not.toHaveProperty('cause');
  expect(await metrics.text()).toContain('earshot_log_troubles_total{code="send-failed"} 25');
});
