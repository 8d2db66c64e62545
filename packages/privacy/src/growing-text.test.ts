import { describe, expect, test } from 'vitest';
import { CLEAN } from '../test/clean-sentences.js';
import { KIND_NAMES, plant, seeded } from '../test/generator.js';
import { createMasker } from './index.js';

const masker = createMasker({ key: 'a tenant key for tests' });
const NUMBERS = ['ID_CARD', 'BANK_CARD', 'MOBILE', 'LANDLINE', 'US_SSN', 'VERIFICATION_CODE'];
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Digits of the planted value that a masked text still shows, in order. */
function shownDigits(masked: string): string {
  return masked
    .replace(/\[[A-Z_]+:[0-9a-f]{6}\]/g, '|')
    .normalize('NFKC')
    .replace(/zero|one|two|three|four|five|six|seven|eight|nine/g, (word) => String(WORDS.indexOf(word)))
    .replace(/幺/g, '1')
    .replace(/[零一二三四五六七八九]/g, (char) => String('零一二三四五六七八九'.indexOf(char)))
    .replace(/[^\d|]/g, '');
}

describe('revisions of a growing utterance', () => {
  test.each(NUMBERS)('no beginning of a text with %s shows more than five digits of it', (type) => {
    let beginnings = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const planted = plant(seeded(seed * 104729), type);
      for (let length = planted.start + 1; length <= planted.text.length; length++) {
        const prefix = planted.text.slice(0, length);
        const before = planted.text.slice(0, planted.start);
        const masked = masker.mask(prefix).text;
        const shown = shownDigits(masked.startsWith(before) ? masked.slice(before.length) : masked);
        beginnings++;
        expect(Math.max(...shown.split('|').map((part) => part.length)), `${prefix} → ${masked}`).toBeLessThanOrEqual(
          5,
        );
      }
    }
    expect(beginnings).toBeGreaterThan(1000);
  });

  test('after a word that announces a number, four digits are enough', () => {
    expect(masker.mask('我的卡号是6222').spans).toHaveLength(1);
    expect(masker.mask('我的卡号是6222 02').text).toMatch(/^我的卡号是\[DIGITS:[0-9a-f]{6}\]$/);
    expect(masker.mask('请记一下1380013').spans).toHaveLength(1);
  });
});

describe('masking masked text', () => {
  test('changes nothing', () => {
    const texts = [...CLEAN];
    for (let seed = 1; seed <= 200; seed++) {
      const random = seeded(seed);
      const pieces = Array.from(
        { length: 4 },
        () => plant(random, KIND_NAMES[Math.floor(random() * KIND_NAMES.length)] ?? '').text,
      );
      texts.push(pieces.join(random() < 0.5 ? '，' : ' '));
    }
    for (const text of texts) {
      const once = masker.mask(text).text;
      expect(masker.mask(once).text).toBe(once);
    }
  });
});
