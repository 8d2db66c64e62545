import { defineConfig } from 'vitest/config';

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
          name: 'system',
          include: ['tests/**/*.test.ts', 'services/console/web/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['tests/kafka/shared-broker.ts'],
        },
      },
    ],
  },
});
