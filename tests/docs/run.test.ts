import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplayReport } from '@earshot/cli';
import { createScope } from '@earshot/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAlerts } from '../support/operator.js';
import { startProduct, temporaryFolder } from '../support/product.js';
import { until } from '../support/until.js';
import { blockWith, ROOT, readDoc } from './markdown.js';

const FRONT_DOORS = ['README.md', 'README.zh-CN.md'];
const CLI = join(ROOT, 'packages/cli/dist/main.js');

let scope: ReturnType<typeof createScope>;
beforeEach(() => {
  scope = createScope();
});
afterEach(() => scope.close());

function runs(command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, { cwd: ROOT, timeout: 40_000, env: { ...process.env, ...env } });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (bytes: Buffer) => (said += bytes.toString()));
  return new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

test('the rule of the front doors stands, and the curl and gRPC examples beside it raise alerts', async () => {
  const dataDir = temporaryFolder(scope, 'docs');
  mkdirSync(join(dataDir, 'rules'));
  writeFileSync(join(dataDir, 'rules', 'refund.yaml'), blockWith(readDoc('README.md'), 'yaml', 'refund-late'));
  expect(await runs(process.execPath, [CLI, 'rules', 'lint', join(dataDir, 'rules')])).toMatchObject({ code: 0 });
  const product = await startProduct(scope, { dataDir });

  for (const [i, path] of FRONT_DOORS.entries()) {
    const conversation = `call-${i + 1}`;
    const script = blockWith(readDoc(path), 'sh', 'curl')
      .replaceAll('http://127.0.0.1:8701', product.httpUrl)
      .replaceAll('call-1', conversation);
    const { code, said } = await runs('sh', ['-c', script]);
    expect(said).toContain('"acknowledged":1');
    expect(code).toBe(0);
    const rules = await until(async () => {
      const found = [...(await readAlerts(product, conversation)).values()].map(({ finding }) => finding.ruleId);
      return found.length >= 2 && found;
    }, `alerts of ${conversation}`);
    expect(rules).toContain('refund-late');
  }

  const example = /^node (packages\/client\/dist\/\S+)$/m.exec(readDoc('README.md'))?.[1] ?? 'none';
  const sent = await runs(process.execPath, [example], { EARSHOT_ADDRESS: product.grpcAddress });
  expect(sent.said).toContain('durable at');
  expect(sent.code).toBe(0);
});

test.each(FRONT_DOORS)('%s names flags that npm start -- --help lists', async (path) => {
  const { code, said } = await runs(process.execPath, [join(ROOT, 'services/standalone/dist/main.js'), '--help']);
  expect(code).toBe(0);
  const line = readDoc(path)
    .split('\n\n')
    .find((paragraph) => paragraph.includes('`--no-analysis`'));
  const flags = [...(line ?? '').matchAll(/`--(?:no-)?([a-z-]+)/g)].map(([, flag]) => flag);
  expect(flags.length).toBeGreaterThan(3);
  expect(flags.filter((flag) => !said.includes(`--${flag}`))).toEqual([]);
});

test.each(FRONT_DOORS)('the conversation of %s can be replayed and is heard', async (path) => {
  const file = join(temporaryFolder(scope, 'docs'), 'calls.jsonl');
  writeFileSync(file, blockWith(readDoc(path), 'jsonl', '"turns"'));
  const { code, said } = await runs(process.execPath, [CLI, 'replay', file, '--json']);
  expect(code).toBe(0);
  const report = JSON.parse(said) as ReplayReport;
  expect(report).toMatchObject({ conversations: 1, utterances: 2, interruptedConversations: ['c-1'], notInspected: 0 });
  expect(Object.keys(report.byRule)).toContain('crisis-legal');
});
