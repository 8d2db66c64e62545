import { describe, expect, it } from 'vitest';
import { summarise } from './summary.mjs';

const checks = [{ name: 'types', ok: true }];
const green = { passed: 3, failed: [], skipped: [] };

describe('the end of npm test', () => {
  it('counts checks and tests together in the last line', () => {
    expect(summarise(checks, green)).toEqual({ lines: ['4 passed, 0 failed, 0 skipped'], ok: true });
  });

  it('names each failure', () => {
    const { lines, ok } = summarise([{ name: 'types', ok: false }], { ...green, failed: ['a.test.ts > x'] });
    expect(lines).toEqual(['failed: check: types', 'failed: a.test.ts > x', '3 passed, 2 failed, 0 skipped']);
    expect(ok).toBe(false);
  });

  it('names each skip with its reason', () => {
    const skipped = [{ name: 'a.test.ts > flush [skipped: strace missing]', reason: 'strace missing' }];
    const { lines, ok } = summarise(checks, { ...green, skipped });
    expect(lines).toEqual(['skipped: a.test.ts > flush (strace missing)', '4 passed, 0 failed, 1 skipped']);
    expect(ok).toBe(true);
  });

  it('counts a skip without a reason as a failure', () => {
    const { lines, ok } = summarise(checks, { ...green, skipped: [{ name: 'a', reason: undefined }] });
    expect(lines.at(-1)).toBe('4 passed, 1 failed, 0 skipped');
    expect(ok).toBe(false);
  });

  it('is red if no test ran, or none could report', () => {
    expect(summarise(checks, { passed: 0, failed: [], skipped: [] }).ok).toBe(false);
    expect(summarise(checks, undefined)).toEqual({
      lines: ['failed: the test run broke down before it could report', 'no test ran', '1 passed, 1 failed, 0 skipped'],
      ok: false,
    });
  });
});
