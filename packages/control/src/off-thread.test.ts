import { existsSync } from 'node:fs';
import { createScope } from '@earshot/kit';
import { expect, test } from 'vitest';
import { compileOffThread } from './compile-off-thread.js';

const built = existsSync(new URL('../dist/compile-worker.js', import.meta.url));
const rule = (i: number) =>
  `  - { id: r${i}, title: t, severity: high, when: { phrases: [词${i}甲, 词${i}乙] }, prompt: { what: w, next: n } }`;

test.skipIf(!built)(
  `a thousand rules are compiled while this thread goes on, and judge as ours do${built ? '' : ' (skipped: not built)'}`,
  async () => {
    const scope = createScope();
    try {
      const compile = compileOffThread(scope);
      await compile({ 'warm.yaml': 'rules: []' });
      let longestMs = 0;
      let lastMs = performance.now();
      const watch = setInterval(() => {
        longestMs = Math.max(longestMs, performance.now() - lastMs);
        lastMs = performance.now();
      }, 1);
      const files = { 'a.yaml': `rules:\n${Array.from({ length: 1_000 }, (_, i) => rule(i)).join('\n')}\n` };
      const startedMs = performance.now();
      const made = await compile(files);
      const tookMs = performance.now() - startedMs;
      clearInterval(watch);
      expect(made.ok && made.ruleSet.ruleIds.length).toBe(1_000);
      // Taking the finished set over is what is left for this thread.
      expect(longestMs).toBeLessThan(tookMs / 2);
      expect(await compile({ 'b.yaml': 'rules: 3' })).toMatchObject({ ok: false, faults: [{ file: 'b.yaml' }] });
    } finally {
      await scope.close();
    }
  },
);
