import { describe, expect, it } from 'vitest';
import { withSwallowedFlags } from './flags.mjs';

describe('flags of npm start', () => {
  it('leaves what came through after -- as it is', () => {
    const args = ['--port', '9000', '--no-demo', '--lang', 'en', '--data-dir', '/x'];
    expect(withSwallowedFlags(args, { npm_config_port: '1' })).toEqual(args);
  });

  it('puts a flag together again that npm split into a setting and a bare word', () => {
    const env = { npm_config_port: 'true', npm_config_data_dir: 'true', npm_config_demo: '' };
    const args = withSwallowedFlags(['9000', 'en', '/data'], env);
    expect(args).toEqual(['--port', '9000', '--lang', 'en', '--data-dir', '/data', '--no-demo']);
  });

  it('takes the value from npm where it kept it', () => {
    expect(withSwallowedFlags([], { npm_config_port: '9000', npm_config_data_dir: '/x' })).toEqual([
      '--port',
      '9000',
      '--data-dir',
      '/x',
    ]);
  });

  it('adds nothing nobody asked for', () => {
    expect(withSwallowedFlags([], { npm_config_registry: 'https://registry.npmjs.org/' })).toEqual([]);
    expect(withSwallowedFlags(['stray'], {})).toEqual(['stray']);
  });
});
