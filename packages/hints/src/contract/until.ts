import { vi } from 'vitest';

/** Waits for what others have to tell, with a deadline. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 20_000, interval: 2 });
}
