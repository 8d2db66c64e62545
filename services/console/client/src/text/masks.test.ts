import { expect, test } from 'vitest';
import { PERSONAL_DATA_TYPES } from '../../../../../packages/privacy/src/types.js';
import en from '../words/en.json';
import zh from '../words/zh.json';
import { MASK_TYPES, masksIn } from './masks.js';

test('every type that ingest masks is known to the pages and has a word in both languages', () => {
  expect(MASK_TYPES).toEqual([...PERSONAL_DATA_TYPES]);
  for (const type of PERSONAL_DATA_TYPES) {
    expect([type, Object.hasOwn(zh, `mask.${type}`), Object.hasOwn(en, `mask.${type}`)]).toEqual([type, true, true]);
  }
});

test('a masked value is found with its type, its hash and its place; equal values stay equal', () => {
  const text = '卡[BANK_CARD:00c8fa]和[ID_CARD:91ab3e]，还是[BANK_CARD:00c8fa]';
  const found = masksIn(text);
  expect(found.map(({ type, hash }) => `${type} ${hash}`)).toEqual([
    'BANK_CARD 00c8fa',
    'ID_CARD 91ab3e',
    'BANK_CARD 00c8fa',
  ]);
  expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([
    '[BANK_CARD:00c8fa]',
    '[ID_CARD:91ab3e]',
    '[BANK_CARD:00c8fa]',
  ]);
});

test('what only looks like one is left as it was said', () => {
  for (const text of [
    '[NOTE:00c8fa]',
    '[MOBILE]',
    '[MOBILE:zz]',
    '[mobile:00c8fa]',
    'MOBILE:00c8fa',
    '[MOBILE:00c8 ]',
  ]) {
    expect(masksIn(text)).toEqual([]);
  }
});

test('a quote that was cut inside a token does not show half of it', () => {
  expect(masksIn('电话[MOBILE:00c')).toEqual([{ type: 'MOBILE', hash: '', start: 2, end: 13 }]);
  expect(masksIn('电话[MOBILE:')).toHaveLength(1);
});
