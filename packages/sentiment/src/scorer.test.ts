import { describe, expect, it } from 'vitest';
import { createFeatureReader } from './features.js';
import { decodeModel, encodeModel, HEADS, type Head, type HeadTerms } from './model-file.js';
import { createScorer } from './scorer.js';
import { loadShippedModel } from './shipped.js';

const model = loadShippedModel();
const scorer = createScorer(model);

describe('a score', () => {
  it.each([
    ['width and case', '我要 Refund！', '我要 ｒｅｆｕｎｄ!'],
    ['traditional forms', '你們這是什麼態度', '你们这是什么态度'],
    ['zero-width characters', '垃\u200b圾客服', '垃圾客服'],
    ['the value of a number', '扣了我 128 元', '扣了我 9900000 元'],
    ['the hash of a masked value', '我的号码是[MOBILE:7f3a1c]', '我的号码是[MOBILE:000000]'],
  ])('does not depend on %s', (_what, one, other) => {
    expect(scorer.score(one)).toEqual(scorer.score(other));
  });

  it('depends on words, on how they are asked or shouted, and on pictures', () => {
    const scores = ['退款', '退款！', '退款？', '退款😡', '不退款'].map((text) => JSON.stringify(scorer.score(text)));
    expect(new Set(scores).size).toBe(scores.length);
  });

  it('is neutral for a text that says nothing', () => {
    const nothing = { negative: 0, neutral: 1, positive: 0, anger: 0, offensive: 0 };
    for (const text of ['', '  ……', '[MOBILE:7f3a1c]', '10086', '？！']) expect(scorer.score(text)).toEqual(nothing);
  });

  it('is a choice of three and two chances, whatever the text', () => {
    const long = '你们 are 骗子! '.repeat(20_000);
    for (const text of ['好', 'a', '\ud83d', '\0', 'ทดสอบ', long]) {
      const { negative, neutral, positive, ...chances } = scorer.score(text);
      expect(Math.abs(negative + neutral + positive - 1)).toBeLessThanOrEqual(0.002);
      for (const one of [negative, neutral, positive, ...Object.values(chances)]) {
        expect(one).toBeGreaterThanOrEqual(0);
        expect(one).toBeLessThanOrEqual(1);
      }
    }
  });

  it('does not depend on what was scored before', () => {
    const text = '你们到底管不管';
    const fresh = createScorer(model).score(text);
    scorer.score('谢谢你');
    expect(scorer.score(text)).toEqual(fresh);
  });
});

describe('a model file', () => {
  const heads = Object.fromEntries(HEADS.map((head) => [head, { scale: 1, bias: 0 }])) as Record<Head, HeadTerms>;
  const weights = new Int8Array(256 * HEADS.length);
  weights[3] = -128;
  const bytes = encodeModel({ name: 'small', bucketBits: 8, heads, weights });

  it('comes back as it was written, under a hash of its bytes', () => {
    const back = decodeModel(bytes);
    expect(decodeModel(Buffer.concat([new Uint8Array(3), bytes]).subarray(3))).toEqual(back);
    expect(back).toEqual({ name: 'small', bucketBits: 8, heads, weights, hash: back.hash });
    const other = Uint8Array.from(bytes);
    other[other.length - 1] = 1;
    expect(decodeModel(other).hash).not.toBe(back.hash);
  });

  it.each([
    ['nothing', bytes.slice(0, 0)],
    ['another kind of file', new TextEncoder().encode('{"negative":1,"neutral":0}')],
    ['a file that is cut short', bytes.slice(0, -1)],
    ['a broken head', bytes.map((byte, i) => (i === 8 ? 0 : byte))],
  ])('is refused if it is %s', (_what, bad) => {
    expect(() => decodeModel(bad)).toThrow(expect.objectContaining({ code: 'model-invalid' }));
  });
});

it('reads each feature of a text once', () => {
  const { buckets, count } = createFeatureReader(18).read('好好好好 ok ok ok');
  expect(new Set(buckets.slice(0, count)).size).toBe(count);
});
