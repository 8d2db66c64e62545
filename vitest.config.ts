import { configDefaults, defineConfig } from 'vitest/config';

/** Seeds and nothing but computing: no clock, no process, no port, so two at once disturb nobody. */
const SEEDED = ['tests/{oracle,simulation}/**/*.test.ts'];

// Workspace packages are read from their sources (the `source` condition), so no build stands between edit and test.
const shared = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'services/*/{src,test}/**/*.test.ts',
            'services/console/{client,web,widget}/src/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        ...shared,
        test: {
          name: 'seeded',
          include: SEEDED,
          testTimeout: 60_000,
          // The default leaves a core to vitest's own process, which has little to do here.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts', 'services/console/web/test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...SEEDED],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['tests/kafka/shared-broker.ts'],
        },
      },
    ],
  },
});
