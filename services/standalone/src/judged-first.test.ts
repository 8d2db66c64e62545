import { describe, expect, it } from 'vitest';
import { judgedFirst } from './judged-first.js';

describe('judging first', () => {
  it('waits for what came while the first words were judged', async () => {
    let asked = 0;
    const engine = {
      async caughtUp() {
        asked += 1;
      },
    };
    await judgedFirst([engine]);
    expect(asked).toBe(2);
  });

  it('does not keep the pages waiting for a partition that cannot be judged, or one that has stopped', async () => {
    const paused = { caughtUp: () => new Promise<void>(() => undefined) };
    await judgedFirst([paused], 1);
    const stopped = { caughtUp: () => Promise.reject(new Error('stopped')) };
    await judgedFirst([stopped]);
  });
});
