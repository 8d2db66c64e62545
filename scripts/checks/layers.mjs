// Who may know whom. Dependencies point one way (docs: Layout); a line that is added here is a decision.

/** @type {Record<string, readonly string[]>} packages that a package may import; tests may import more */
export const LAYERS = {
  model: [],
  wire: ['model'],
  rules: ['model'],
  privacy: ['model'],
  rulebooks: ['model', 'rules'],
  sentiment: ['model', 'rules'],
  log: ['model', 'wire'],
  hints: ['model', 'wire'],
  warehouse: ['model', 'wire'],
  kit: ['model', 'wire'],
  control: ['model', 'wire', 'log', 'kit', 'rules'],
  process: ['model', 'wire', 'log', 'hints', 'kit', 'control'],
  client: ['model', 'wire'],
  cli: ['model', 'wire', 'client', 'kit', 'log', 'process', 'warehouse', 'privacy', 'rules', 'rulebooks', 'sentiment'],
  testkit: ['model', 'wire', 'log', 'hints', 'warehouse', 'kit', 'rules', 'privacy', 'rulebooks', 'client'],
};

/** What any service may import; never another service. */
export const SERVICE_SEES = [
  'model',
  'wire',
  'log',
  'hints',
  'warehouse',
  'kit',
  'control',
  'process',
  'rules',
  'privacy',
  'rulebooks',
  'sentiment',
  'client',
];

/** Composition pages: the only ones that choose adapters and see services. */
export const COMPOSERS = ['standalone', 'cluster'];

/** Subpaths that choose a technology. Only `main.ts` files, composition pages and tests import them. */
export const ADAPTERS = [
  'log/embedded',
  'log/kafka',
  'log/spool',
  'hints/embedded',
  'hints/redis',
  'hints/redis-server',
  'warehouse/chdb',
  'warehouse/clickhouse',
];

/** Contract suites: for tests alone. */
export const FOR_TESTS = ['log/contract', 'hints/contract', 'warehouse/contract', 'warehouse/testing', 'testkit'];

/** Folders whose code runs in a browser: nouns and the live protocol only. */
export const BROWSER = ['services/console/client', 'services/console/web', 'services/console/widget'];
export const BROWSER_SEES = ['model', 'wire/live'];
