import { EarshotError } from '@earshot/model';
import { expect, test, vi } from 'vitest';
import { keepOpen } from './keep-open.js';
import type { Warehouse } from './port.js';

const NOTHING = { migrate: vi.fn(), insert: vi.fn(), query: vi.fn(), readOnly: vi.fn(), state: () => 'ready' as const };

test('is there as soon as it can be opened, with growing pauses before that, and each cause told once', async () => {
  const pauses: number[] = [];
  const failures: unknown[] = [];
  let tries = 0;
  const close = vi.fn(async () => {});
  const kept = keepOpen(
    async (): Promise<Warehouse> => {
      tries += 1;
      if (tries <= 3) throw new EarshotError(tries < 3 ? 'warehouse-unreachable' : 'warehouse-denied', 'not yet');
      return { ...NOTHING, close };
    },
    {
      onFailure: (thrown) => failures.push(thrown),
      retryMs: 10,
      mostRetryMs: 30,
      random: () => 1,
      pause: async (ms) => void pauses.push(ms),
    },
  );
  expect(kept.warehouse()).toBeUndefined();
  await vi.waitFor(() => expect(kept.warehouse()?.state()).toBe('ready'));
  expect(failures).toMatchObject([{ code: 'warehouse-unreachable' }, { code: 'warehouse-denied' }]);
  expect(pauses).toEqual([10, 20, 30]);
  await kept.close();
  await kept.close();
  expect(kept.warehouse()).toBeUndefined();
  expect(close).toHaveBeenCalled();
});

test('closing ends the trying at once', async () => {
  const open = vi.fn(() => Promise.reject(new Error('away')));
  const kept = keepOpen(open, { onFailure: () => {}, retryMs: 60_000, mostRetryMs: 60_000 });
  await vi.waitFor(() => expect(open).toHaveBeenCalled());
  await kept.close();
  expect(open).toHaveBeenCalledTimes(1);
  expect(kept.warehouse()).toBeUndefined();
});
