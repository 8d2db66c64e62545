import { describe, expect, test } from 'vitest';
import { CLEAN } from '../test/clean-sentences.js';
import { KIND_NAMES, plant, seeded } from '../test/generator.js';
import { createMasker, findPersonalData } from './index.js';

const masker = createMasker({ key: 'a tenant key for tests' });
const TOKENS = /\[[A-Z_]+:[0-9a-f]{6}\]/g;

describe('personal data stops at the door', () => {
  test.each([
    ['a resident id with its check character', '11010519491231002X', 'ID_CARD'],
    ['a lower-case x', '11010519491231002x', 'ID_CARD'],
    ['a resident id with a wrong check digit, still a long number', '110105194912310021', 'DIGITS'],
    ['the same after its name', '身份证号110105194912310021', 'ID_CARD'],
    ['a legacy resident id', '110105491231002', 'ID_CARD'],
    ['full-width digits', '１１０１０５１９４９１２３１００２Ｘ', 'ID_CARD'],
    ['digits of another script', '١٣٨٠٠١٣٨٠٠٠', 'MOBILE'],
    ['look-alike letters between digits', '138OO138OO0', 'MOBILE'],
    ['mathematical digits', '𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎', 'MOBILE'],
    ['keycap emoji', '1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣', 'MOBILE'],
    ['a spoken resident id', '幺幺零幺零五一九四九幺二三幺零零二X', 'ID_CARD'],
    ['a card in groups of four', '4111 1111 1111 1111', 'BANK_CARD'],
    ['a card that fails the check', '4111111111111112', 'DIGITS'],
    ['a card of 19 digits', '6222021234567890128', 'BANK_CARD'],
    ['a card in English words', 'four one one one, uh double one one one, 1111 1111', 'BANK_CARD'],
    ['a mobile with country code and dashes', '+86 138-0013-8000', 'MOBILE'],
    ['a spoken mobile', '一三八零零一三八零零零', 'MOBILE'],
    ['zero-width joiners between digits', [...'13800138000'].join('\u200d'), 'MOBILE'],
    ['a landline', '010-65142612', 'LANDLINE'],
    ['a spoken address', '邮箱是zhang三艾特qq点com', 'EMAIL'],
    ['an English spoken address', 'john dot doe at gmail dot com', 'EMAIL'],
    ['a new-energy plate', '粤B12345D', 'PLATE'],
    ['a spoken plate', '京A·一二三四五', 'PLATE'],
    ['a unified credit code', '91350100M000100Y43', 'CREDIT_CODE'],
    ['an address of the internet', '192.168.31.17', 'IP'],
    ['a password of letters and digits', '密码是a1b2c3', 'PASSWORD'],
    ['a resident id that its speaker cut short', '身份证号是36072419720815XXXX', 'DIGITS'],
    ['a social security number without dashes', 'my ssn is 853371694', 'US_SSN'],
    ['a bare answer', '三五七', 'DIGITS'],
    ['an id spoken as numbers', '身份证号码是四十一零零一九七八零一零一零一三一零', 'ID_CARD'],
  ])('%s', (_name, text, type) => {
    const { spans, text: masked } = masker.mask(text);
    expect(spans.map((span) => span.type)).toEqual([type]);
    expect(masked.replace(TOKENS, '')).not.toMatch(/[\d一二三四五六七八九零幺]{2}/);
  });

  test('punctuation and words around a value stay', () => {
    expect(masker.mask('邮箱，a@b.co。谢谢').text).toMatch(/^邮箱，\[EMAIL:[0-9a-f]{6}\]。谢谢$/);
    expect(masker.mask('https://x.cn/a/1234567890?b=1').text).toMatch(/^https:\/\/x\.cn\/a\/\[DIGITS:[0-9a-f]{6}\]/);
  });

  test('a number dictated over two utterances is masked in each without knowing the other', () => {
    for (const text of ['我的卡号是六二二二', '零二一二三四', '零二一'])
      expect(masker.mask(text).spans).toHaveLength(1);
    const [first, second, third] = masker.maskSequence([
      '我的卡号是六二二二。',
      '零二一二三四。',
      '嗯五六七八九零一二八。',
    ]);
    const whole = masker.mask('6222021234567890128').text;
    expect(first?.text).toBe(`我的卡号是${whole}。`);
    expect(second?.text).toBe(`${whole}。`);
    expect(third?.text).toBe(`嗯${whole}。`);
  });

  test('a secret of letters and digits hides itself and leaves nothing behind it', () => {
    for (const rest of [' 13800138000', '，one three eight zero zero one three eight', ' 6222 0212']) {
      expect(masker.mask(`密码是a1b2${rest}`).text).toMatch(/^密码是(?:\[[A-Z_]+:[0-9a-f]{6}\][ ，]?){2}$/);
    }
  });

  test('an order number with its date, a year and a hotline stay readable', () => {
    for (const text of ['订单号2024091512345678', '2024年', '我打12315', '一二三一五'])
      expect(masker.mask(text).text).toBe(text);
    expect(masker.mask('2024091512345678').spans[0]?.type).toBe('DIGITS');
  });

  test('a state of the leg makes short continuations masked, and holds no digits', () => {
    const { state } = masker.mask('我的卡号是六二二二');
    expect(state).toEqual({ context: 'card', openDigits: true });
    expect(masker.mask('嗯零二一，谢谢啊', state).spans).toHaveLength(1);
    expect(masker.mask('嗯零二一，谢谢啊').spans).toHaveLength(0);
  });
});

describe('tokens', () => {
  test('equal values have equal hashes however they are written, other keys give other hashes', () => {
    const hash = (text: string, key = 'a tenant key for tests') =>
      /:([0-9a-f]{6})\]/.exec(createMasker({ key }).mask(text).text)?.[1];
    expect(hash('13800138000')).toBe(hash('+86 一三八，零零一三，嗯八零零零'));
    expect(hash('13800138000')).not.toBe(hash('13800138001'));
    expect(hash('13800138000')).not.toBe(hash('13800138000', 'another tenant key'));
  });

  test('a customer key is equal for equal customers of one tenant only', () => {
    expect(masker.hashCustomer(' C-1001 ')).toBe(masker.hashCustomer('c-1001'));
    expect(masker.hashCustomer('c-1001')).not.toBe(createMasker({ key: 'another tenant key' }).hashCustomer('c-1001'));
  });

  test('a short key is refused', () => {
    expect(() => createMasker({ key: 'short' })).toThrow(expect.objectContaining({ code: 'privacy.key-too-short' }));
  });

  test('spans are ascending ranges of the original text that the masked text is made of', () => {
    const text = '\ud800卡号１２３４ 5678，邮箱a@b.cn\udc00，京A12345';
    const { spans, text: masked } = masker.mask(text);
    const tokens = masked.match(TOKENS) ?? [];
    let rebuilt = '';
    let at = 0;
    for (const [i, span] of spans.entries()) {
      expect(span.start).toBeGreaterThanOrEqual(at);
      rebuilt += text.slice(at, span.start) + tokens[i];
      at = span.end;
    }
    expect(rebuilt + text.slice(at)).toBe(masked);
    expect(spans.map((span) => text.slice(span.start, span.end))).toEqual(['１２３４ 5678', 'a@b.cn', '京A12345']);
  });
});

describe('a generated corpus', () => {
  const SEEDS = 400;
  /** Share of the planted values that are covered completely. */
  const floor = 0.99;

  test('planted values are covered', () => {
    const table: Record<string, { planted: number; covered: number; typed: number }> = {};
    const missed: string[] = [];
    for (const type of KIND_NAMES) {
      const row = { planted: 0, covered: 0, typed: 0 };
      table[type] = row;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const planted = plant(seeded(seed * 7919), type);
        const spans = findPersonalData(planted.text).filter(
          (span) => span.start < planted.end && span.end > planted.start,
        );
        const covered = spans.reduce(
          (sum, s) => sum + Math.min(s.end, planted.end) - Math.max(s.start, planted.start),
          0,
        );
        row.planted++;
        if (covered >= planted.shown.length) row.covered++;
        else missed.push(planted.text);
        if (spans.length === 1 && spans[0]?.type === type) row.typed++;
      }
    }
    console.table(table);
    for (const [type, row] of Object.entries(table)) {
      expect(row.covered / row.planted, `${type}: ${missed.slice(0, 5).join(' | ')}`).toBeGreaterThanOrEqual(floor);
    }
    const typed = Object.values(table).reduce((sum, row) => sum + row.typed / row.planted, 0) / KIND_NAMES.length;
    expect(typed).toBeGreaterThanOrEqual(0.9);
  });

  test('clean sentences stay as they are', () => {
    const touched = CLEAN.filter((sentence) => masker.mask(sentence).text !== sentence);
    console.log(`clean sentences masked: ${touched.length} of ${CLEAN.length}`);
    expect(touched).toEqual([]);
  });
});
