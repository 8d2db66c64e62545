import { describe, expect, it } from 'vitest';
import { catalogueKeys, chooseLang } from './lang.mjs';

describe('language of the set-up', () => {
  it.each([
    [['--lang', 'en'], { LANG: 'zh_CN.UTF-8' }, 'en'],
    [['--lang=zh'], { LANG: 'en_US.UTF-8' }, 'zh'],
    [[], { LANG: 'en_GB.UTF-8' }, 'en'],
    [[], { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' }, 'zh'],
    [[], { LANG: 'C.UTF-8' }, 'zh'],
    [[], {}, 'zh'],
  ] as const)('%j with %j speaks %s', (args, env, lang) => {
    expect(chooseLang(args, env)).toBe(lang);
  });

  it('has every sentence in both languages', () => {
    const { en, zh } = catalogueKeys();
    expect(zh.sort()).toEqual(en.sort());
  });
});
