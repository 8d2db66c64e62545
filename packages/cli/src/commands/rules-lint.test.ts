import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, inputFile, runCommand } from '../testing/run-command.js';

const RULEBOOK = new URL('../../../rulebooks/rules', import.meta.url).pathname;

describe('rules lint', () => {
  it('accepts the shipped rule book', async () => {
    const { code, out } = await runCommand('rules', 'lint', RULEBOOK);
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+ rules in \d+ files/)]);
  });

  it('says file, line and column of a mistake', async () => {
    const { code, out, err } = await runCommand('rules', 'lint', inputFile('rules:\n  - id: 1x\n', 'bad.yaml'));
    expect(code).toBe(2);
    expect(out).toMatch(/^bad\.yaml:\d+:\d+ \S+: /);
    expect(err).toContain('faults in 1 files');
  });

  it('gives one document with --json', async () => {
    const { code, out } = await runCommand('rules', 'lint', inputFile('rules: 3\n', 'bad.yaml'), '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, faults: [{ file: 'bad.yaml' }] });
  });

  it('ends with 2 for a folder without rules', async () => {
    const empty = folder();
    writeFileSync(join(empty, 'notes.txt'), 'x');
    expect(await runCommand('rules', 'lint', empty)).toMatchObject({ code: 2, err: expect.stringContaining(empty) });
  });
});
