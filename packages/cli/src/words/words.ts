import { EN, type Word } from './en.js';
import type { Lang } from './lang.js';
import { ZH } from './zh.js';

export type { Word } from './en.js';
export type Values = Readonly<Record<string, unknown>>;

/** A sentence of the catalogue with its `{places}` filled in. */
export function sentence(lang: Lang, word: Word, values: Values = {}): string {
  const template: string = (lang === 'en' ? EN : ZH)[word];
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export function isWord(code: string): code is Word {
  return Object.hasOwn(EN, code);
}
