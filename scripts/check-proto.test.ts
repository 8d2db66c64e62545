import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'earshot-proto-'));
  for (const folder of ['proto', 'packages/wire/src/gen']) {
    cpSync(join(repository, folder), join(root, folder), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function check() {
  const { status, stderr } = spawnSync(process.execPath, [join(repository, 'scripts/check-proto.mjs'), root], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stderr };
}

function edit(file: string, from: string, to: string) {
  const text = readFileSync(join(root, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(join(root, file), text.replace(from, to));
}

test('the committed proto files and code are in order', () => {
  expect(check()).toEqual({ status: 0, stderr: '' });
}, 60_000);

test('a field with another type, a badly named field and stale code are each named', () => {
  edit('proto/earshot/v1/control.proto', 'int32 partition = 3;', 'string Partition = 3;');
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).toContain('should be lower_snake_case');
  expect(stderr).toMatch(/control\.proto.*Field "3".*changed type/);
  expect(stderr).toContain('packages/wire/src/gen/earshot/v1/control.ts');
}, 60_000);

test('an added field breaks nobody but wants its code generated', () => {
  edit('proto/earshot/v1/control.proto', 'bytes value = 8;', 'bytes value = 8;\n  string note = 99;');
  const { status, stderr } = check();
  expect(status).toBe(1);
  expect(stderr).not.toContain('baseline');
  expect(stderr).toContain('Generated code is not what proto/ says');
}, 60_000);
