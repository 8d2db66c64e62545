import { describe, expect, test } from 'vitest';
import { createScope, startInScope } from './scope.js';

const never = () => new Promise<void>(() => {});

describe('scope', () => {
  test('what was acquired last is let go first', async () => {
    const order: string[] = [];
    const scope = createScope();
    scope.defer('log', () => order.push('log'));
    scope.use('server', { stop: async () => void order.push('server') });
    expect(await scope.close()).toEqual([]);
    expect(order).toEqual(['server', 'log']);
  });

  test('closing twice lets go once', async () => {
    let times = 0;
    const scope = createScope();
    scope.defer('log', () => {
      times += 1;
    });
    await Promise.all([scope.close(), scope.close()]);
    await scope.close();
    expect(times).toBe(1);
  });

  test('a teardown that fails or hangs is named, and the others still run', async () => {
    const order: string[] = [];
    const scope = createScope();
    scope.defer('store', () => order.push('store'));
    scope.defer('broken', () => {
      throw new Error('no');
    });
    scope.defer('stuck', never);
    const failures = await scope.close(10);
    expect(failures.map(({ name, reason }) => [name, reason])).toEqual([
      ['stuck', 'deadline'],
      ['broken', 'failed'],
    ]);
    expect(order).toEqual(['store']);
  });

  test('a start that fails half-way gives back what it had', async () => {
    const order: string[] = [];
    const starting = startInScope(async (scope) => {
      scope.defer('log', () => order.push('log'));
      throw new Error('port');
    });
    await expect(starting).rejects.toThrow('port');
    expect(order).toEqual(['log']);
  });

  test('what is acquired while closing is let go at once and the start ends', async () => {
    const scope = createScope();
    await scope.close();
    let released = false;
    expect(() =>
      scope.defer('late', () => {
        released = true;
      }),
    ).toThrow(/late/);
    expect(released).toBe(true);
  });
});
