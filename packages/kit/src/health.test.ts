import { describe, expect, test } from 'vitest';
import { createHealth } from './health.js';

describe('health', () => {
  test('one failing readiness check is named and does not make the process dead', async () => {
    const health = createHealth();
    health.readiness('log', () => ({ ok: true }));
    health.readiness('control', async () => ({ ok: false, reason: 'not at its end yet' }));
    expect(await health.ready()).toEqual({
      ok: false,
      checks: [
        { name: 'log', ok: true },
        { name: 'control', ok: false, reason: 'not at its end yet' },
      ],
    });
    expect(await health.live()).toEqual({ ok: true, checks: [] });
  });

  test('a check that throws or never answers has failed', async () => {
    const health = createHealth({ timeoutMs: 10 });
    health.liveness('loop', () => {
      throw new Error('canary');
    });
    health.liveness('stuck', () => new Promise(() => {}));
    const report = await health.live();
    expect(report.checks.map((check) => check.reason)).toEqual(['check failed', 'no answer']);
  });

  test('draining is not ready; a removed check is not asked', async () => {
    const health = createHealth();
    const remove = health.readiness('log', () => ({ ok: false, reason: 'full' }));
    remove();
    expect((await health.ready()).ok).toBe(true);
    health.drain();
    expect((await health.ready()).ok).toBe(false);
  });
});
