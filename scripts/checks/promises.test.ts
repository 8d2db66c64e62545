import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../eslint.config.mjs';

/** Each rule of the real configuration against one planted fault, so that a rule that went quiet is noticed. */
const PLANTED = {
  '@typescript-eslint/no-floating-promises': 'declare function save(): Promise<void>;\nsave();\n',
  '@typescript-eslint/no-misused-promises':
    'declare function save(): Promise<boolean>;\nif (save()) throw new Error();\n',
};
const CLEAN = 'declare function save(): Promise<boolean>;\nif (await save()) throw new Error();\nexport {};\n';
const FILES = [...Object.entries(PLANTED), ['clean', CLEAN] as const];
const nameOf = (rule: string) => `${rule.split('/').at(-1)}.ts`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-lint-'));
  const compilerOptions = { strict: true, target: 'ES2022', module: 'ESNext', types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const [rule, text] of FILES) writeFileSync(join(folder, nameOf(rule)), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function faultsIn(rule: string) {
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      ...(config as ESLint.ConfigData[]),
      { languageOptions: { parserOptions: { project: ['tsconfig.json'], tsconfigRootDir: folder } } },
    ] as never,
  });
  const [result] = await eslint.lintFiles([nameOf(rule)]);
  return result?.messages.map(({ ruleId, line }) => `${ruleId}:${line}`) ?? [];
}

describe('promises', () => {
  it.each(Object.keys(PLANTED))(
    '%s reports its planted case',
    async (rule) => {
      expect(await faultsIn(rule)).toEqual([`${rule}:2`]);
    },
    30_000,
  );

  it('says nothing about an awaited promise', async () => {
    expect(await faultsIn('clean')).toEqual([]);
  }, 30_000);
});
