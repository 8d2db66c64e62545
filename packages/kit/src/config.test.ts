import { inspect } from 'node:util';
import { EarshotError } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeConfig, portSetting, readConfig, secretSetting, switchSetting } from './config.js';

const schema = z.object({
  port: portSetting(4000).describe('where the console listens'),
  dataDir: z.string().default('.earshot'),
  demo: switchSetting(true),
  lang: z.enum(['zh', 'en']).default('zh'),
  maskKey: secretSetting().optional(),
});

function faultsOf(sources: Parameters<typeof readConfig>[1]): string {
  try {
    readConfig(schema, sources);
  } catch (error) {
    if (error instanceof EarshotError && error.detail.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

describe('configuration', () => {
  test('a flag wins over the environment, the environment over the default', () => {
    const env = { EARSHOT_PORT: '5000', EARSHOT_DATA_DIR: '/data' };
    const config = readConfig(schema, { env, argv: ['--port', '6000', '--no-demo'] });
    expect(config).toEqual({ port: 6000, dataDir: '/data', demo: false, lang: 'zh' });
  });

  test('every fault is in one table, with the names to change and without the values', () => {
    const message = faultsOf({ env: { EARSHOT_PORT: 'sk-canary' }, argv: ['--lang=canary-fr', '--prot', '1'] });
    expect(message.split('\n')).toHaveLength(4);
    expect(message).toContain('--port, EARSHOT_PORT');
    expect(message).toContain('--lang, EARSHOT_LANG');
    expect(message).toContain('--prot');
    expect(message).not.toContain('canary');
  });

  test('a secret comes from the environment or a file and cannot be printed', () => {
    const files: Record<string, string> = { '/run/key': 'canary-file\n' };
    const readFile = (path: string) => files[path] ?? '';
    const fromEnv = readConfig(schema, { env: { EARSHOT_MASK_KEY: 'canary-env' } });
    const fromFile = readConfig(schema, { env: { EARSHOT_MASK_KEY_FILE: '/run/key' }, readFile });
    expect([fromEnv.maskKey?.reveal(), fromFile.maskKey?.reveal()]).toEqual(['canary-env', 'canary-file']);
    const printed = `${fromEnv.maskKey} ${JSON.stringify(fromEnv)} ${inspect(fromEnv, { depth: 9, showHidden: true })}`;
    expect(printed).not.toContain('canary');
    expect(printed).toContain('[secret]');
  });

  test('a secret is not taken from a flag, where every process list shows it', () => {
    const message = faultsOf({ env: {}, argv: ['--mask-key', 'canary'] });
    expect(message).toContain('--mask-key-file');
    expect(message).not.toContain('canary');
  });

  test('a secret file that is not there is a fault of that setting', () => {
    const message = faultsOf({ env: { EARSHOT_MASK_KEY_FILE: '/nowhere/canary' } });
    expect(message).toContain('cannot be read');
    expect(message).not.toContain('canary');
  });

  test('help names flag, environment and purpose', () => {
    expect(describeConfig(schema)).toContain('--port, EARSHOT_PORT');
    expect(describeConfig(schema)).toContain('where the console listens');
  });
});
