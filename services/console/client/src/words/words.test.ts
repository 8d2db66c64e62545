import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import webEn from '../../../web/src/words/en.json';
import webZh from '../../../web/src/words/zh.json';
import widgetEn from '../../../widget/src/words/en.json';
import widgetZh from '../../../widget/src/words/zh.json';
import sharedEn from './en.json';
import { type Catalogue, duration, pickLanguage, translator } from './translate.js';
import sharedZh from './zh.json';

const CATALOGUES: [string, Catalogue, Catalogue][] = [
  ['shared', sharedZh, sharedEn],
  ['wall', webZh, webEn],
  ['desk', widgetZh, widgetEn],
];

/** Words that the house glossary replaces: 坐席, 预警, 现场主管, 语句, 命中, 质检员. */
const FORBIDDEN = ['代理', '座席', '监督者', '检查员', '话语', '发现', '警报'];

describe.each(CATALOGUES)('the %s catalogue', (_name, zh, en) => {
  test('says everything in both languages, with the same holes', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    const holes = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    for (const key of Object.keys(zh)) expect([key, holes(en[key])]).toEqual([key, holes(zh[key])]);
  });

  test('keeps to the glossary and its tone', () => {
    for (const [key, text] of Object.entries(zh)) {
      for (const word of FORBIDDEN) expect([key, text.includes(word)]).toEqual([key, false]);
    }
    for (const text of [...Object.values(zh), ...Object.values(en)]) expect(text).not.toMatch(/[!！]/);
  });

  test('has no English left where Chinese is read, and no Chinese where English is', () => {
    const switches = new Set(['lang.label', 'lang.other', 'header.lang', 'header.lang.other']);
    for (const [key, text] of Object.entries(en)) if (!switches.has(key)) expect(text).not.toMatch(/\p{Script=Han}/u);
  });
});

test('every word that the pages ask for is in the catalogues', () => {
  const known = new Set(CATALOGUES.flatMap(([, zh]) => Object.keys(zh)));
  for (const folder of ['../../../web/src/', '../../../widget/src/', '../']) {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(file) || file.endsWith('.test.ts')) continue;
      for (const match of readFileSync(root + file, 'utf8').matchAll(/\bt\('([^']+)'/g)) {
        expect([file, match[1], known.has(match[1] ?? '')]).toEqual([file, match[1], true]);
      }
    }
  }
});

test('numbers are filled in, and an unknown word shows its key instead of nothing', () => {
  const t = translator({ 'a.b': '{count} 条' });
  expect(t('a.b', { count: 3 })).toBe('3 条');
  expect(t('missing.word')).toBe('missing.word');
});

test('ages grow from seconds to hours', () => {
  const t = translator(sharedZh);
  expect([5_000, 65_000, 3_720_000].map((ms) => duration(t, ms))).toEqual(['5 秒', '1 分', '1 时 2 分']);
});

test('Chinese is the default; what the person chose comes before what the product was started in', () => {
  const store = (kept: string | null) => ({ getItem: () => kept, setItem: () => undefined });
  expect(pickLanguage(store(null))).toBe('zh');
  expect(pickLanguage(store(null), 'en')).toBe('en');
  expect(pickLanguage(store('zh'), 'en')).toBe('zh');
});
