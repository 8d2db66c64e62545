import { describe, expect, it } from 'vitest';
import { checkBoundaries } from './boundaries.mjs';

const manifest = (folder: string, name: string, ...sees: string[]) => ({
  path: `${folder}/package.json`,
  text: JSON.stringify({
    name: `@earshot/${name}`,
    dependencies: Object.fromEntries(sees.map((seen) => [`@earshot/${seen}`, 'workspace:*'])),
  }),
});

const HOUSE = [
  manifest('packages/model', 'model'),
  manifest('packages/log', 'log', 'model', 'wire'),
  manifest('packages/rules', 'rules', 'model', 'log'),
  manifest('packages/kit', 'kit', 'model'),
  manifest('services/alert', 'alert', 'model', 'log', 'ingest', 'testkit'),
  manifest('services/ingest', 'ingest', 'model', 'log'),
  manifest('services/console', 'console', 'model', 'wire', 'log'),
  manifest('services/standalone', 'standalone', 'model', 'log', 'ingest', 'alert', 'testkit'),
];

const faultsOf = (path: string, text: string) => checkBoundaries([...HOUSE, { path, text }]);

describe('boundaries', () => {
  it.each([
    ['rules may not see the log', 'packages/rules/src/judge.ts', "import { x } from '@earshot/log';"],
    ['a type is a dependency too', 'packages/rules/src/judge.ts', "import type { X } from '@earshot/log';"],
    ['a re-export is a dependency too', 'packages/rules/src/index.ts', "export * from '@earshot/log';"],
    ['a late import is a dependency too', 'packages/rules/src/judge.ts', "const x = await import('@earshot/log');"],
    ['a service sees no other service', 'services/alert/src/service.ts', "import { x } from '@earshot/ingest';"],
    ['not in its main either', 'services/alert/src/main.ts', "import { x } from '@earshot/ingest';"],
    ['a service chooses no adapter', 'services/alert/src/service.ts', "import { x } from '@earshot/log/embedded';"],
    ['nor does a package', 'packages/kit/src/run.ts', "import { x } from '@earshot/log/embedded';"],
    ['contract suites are for tests', 'services/alert/src/service.ts', "import { x } from '@earshot/log/contract';"],
    ['so is the test kit', 'services/alert/src/service.ts', "import { x } from '@earshot/testkit';"],
    ['what is imported is declared', 'packages/kit/src/run.ts', "import { x } from '@earshot/privacy';"],
    ['nobody walks into a package by a path', 'services/alert/src/a.ts', "import { x } from '../../ingest/src/b.js';"],
    ['a page sees no log', 'services/console/web/src/wall.tsx', "import { x } from '@earshot/log';"],
    ['a page sees no generated code', 'services/console/client/src/live.ts', "import { x } from '@earshot/wire';"],
  ])('%s', (_guarantee, path, text) => {
    const faults = faultsOf(path, `// first line\n${text}\n`);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]).toContain(`${path}:2`);
  });

  it.each([
    ['downward', 'packages/log/src/port.ts', "import { x } from '@earshot/model';"],
    ['main chooses adapters', 'services/alert/src/main.ts', "import { x } from '@earshot/log/embedded';"],
    [
      'so does the composition page',
      'services/standalone/src/assemble.ts',
      "import { x } from '@earshot/log/embedded';",
    ],
    ['which sees services', 'services/standalone/src/assemble.ts', "import { x } from '@earshot/ingest';"],
    ['tests use real adapters', 'services/alert/src/service.test.ts', "import { x } from '@earshot/log/embedded';"],
    ['within a package by path', 'services/alert/src/a/b.ts', "import { x } from '../c.js';"],
    ['pages share the live protocol', 'services/console/web/src/wall.tsx', "import { x } from '@earshot/wire/live';"],
    ['a word in a comment is no import', 'packages/rules/src/judge.ts', "// see import('@earshot/log')"],
  ])('allows: %s', (_what, path, text) => {
    expect(faultsOf(path, text)).toEqual([]);
  });
});
