import { describe, expect, test } from 'vitest';
import { createMasker } from './index.js';

const masker = createMasker({ key: 'a tenant key for tests' });
const MEGABYTE = 1_000_000;
const UNITS = [
  '7',
  '1 ',
  '一',
  '1-',
  '1,',
  '1:',
  '1/1/',
  '卡号 1234 ',
  'a@',
  `${'a'.repeat(64)}@`,
  'one ',
  'one oh ',
  'AB12 ',
  '[',
  '[DIGITS:aaaaaa]',
  '京A1',
  '三十',
  '😀1',
  'Ж1',
  '\ud800',
  '\u200b1',
  '密码a1',
  ' at a dot ',
  '点',
  '1l',
  '嗯',
  '1嗯',
  '100-150元',
  '1.1.',
  '\ue0001',
];

describe('a megabyte of anything', () => {
  test.each(UNITS)(
    'of %j costs time in proportion to its length',
    (unit) => {
      const text = `${unit.repeat(Math.ceil(MEGABYTE / unit.length)).slice(0, MEGABYTE)} 123456`;
      const before = process.cpuUsage();
      const { text: masked } = masker.mask(text);
      const { user, system } = process.cpuUsage(before);
      expect(masked).not.toMatch(/[^:0-9a-f]123456$/);
      // About 0.1 to 0.6 s on one core; anything quadratic takes minutes.
      expect((user + system) / 1e6).toBeLessThan(4);
    },
    30_000,
  );

  test('lone surrogates and private-use characters come through unchanged', () => {
    const text = '\udc00请\ud83d记一下\ue000😀';
    expect(masker.mask(`${text}13800138000${text}`).text.replace(/\[MOBILE:\w{6}\]/, '')).toBe(text + text);
  });
});
