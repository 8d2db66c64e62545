import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pack } from './pack.mjs';

const EPOCH_S = 1_700_000_000;
const folder = mkdtempSync(join(tmpdir(), 'earshot-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same files, written in another order, at another time, by another hand. */
function make(place: string, files: readonly [string, string][], mode: number, timeS: number): string {
  const root = join(folder, place, 'product');
  mkdirSync(root, { recursive: true });
  for (const [name, content] of files) {
    writeFileSync(join(root, name), content);
    chmodSync(join(root, name), mode);
    utimesSync(join(root, name), timeS, timeS);
  }
  symlinkSync('a.js', join(root, 'link.js'));
  return root;
}

test('the same files give the same archive, whoever wrote them when and in which order', async () => {
  const one = make(
    'one',
    [
      ['a.js', 'a'],
      ['b.js', 'b'],
    ],
    0o600,
    1_000_000_000,
  );
  const other = make(
    'other',
    [
      ['b.js', 'b'],
      ['a.js', 'a'],
    ],
    0o664,
    1_600_000_000,
  );
  const digest = await pack(one, join(folder, 'one.tar.gz'), EPOCH_S);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(await pack(other, join(folder, 'other.tar.gz'), EPOCH_S)).toBe(digest);
  writeFileSync(join(other, 'a.js'), 'another');
  expect(await pack(other, join(folder, 'other.tar.gz'), EPOCH_S)).not.toBe(digest);
});
