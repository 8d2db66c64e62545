import { describe, expect, it } from 'vitest';
import { runCommand } from './testing/run-command.js';
import { EN } from './words/en.js';
import { ZH } from './words/zh.js';

const placesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe('the command line', () => {
  it('shows help on standard output and ends with 0', async () => {
    const { code, out, err } = await runCommand('--help');
    expect([code, err]).toEqual([0, '']);
    for (const command of ['start', 'privacy', 'rules', 'topics', 'sql', 'doctor']) expect(out).toContain(command);
  });

  it('speaks Chinese where asked', async () => {
    expect((await runCommand('--help', '--lang', 'zh')).out).toContain('客服会话实时质检');
    expect((await runCommand('rules', 'lint', '/nowhere', '--lang', 'zh')).err).toContain('文件不存在');
  });

  it.each([
    [['fly']],
    [['sql']],
    [['doctor', '--port', 'many']],
    [['doctor', '--wings']],
    [['--lang', 'fr', 'doctor']],
    [['topics', 'tail', 'cases', '--limit', '-1']],
  ])('ends with 2 and a complaint for %j', async (args) => {
    const { code, out, err } = await runCommand(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  it('has every sentence in both languages, with the same places to fill', () => {
    expect(Object.keys(ZH).sort()).toEqual(Object.keys(EN).sort());
    for (const [word, text] of Object.entries(EN)) {
      expect([word, placesIn(ZH[word as keyof typeof EN])]).toEqual([word, placesIn(text)]);
    }
  });
});
