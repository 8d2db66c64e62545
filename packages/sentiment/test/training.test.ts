import { expect, it } from 'vitest';
import { finishModel } from '../scripts/train/calibrate.js';
import { optimise, type Prepared } from '../scripts/train/optimise.js';
import { type Example, NEGATIVE, NOT_NEGATIVE, POSITIVE } from '../scripts/train/sets.js';
import { createFeatureReader } from '../src/features.js';
import { createScorer, decodeModel, encodeModel } from '../src/index.js';

const OPTIONS = { seed: 1, epochs: 8, rate: 0.1, decay: 0.0001, bucketBits: 12 };
const features = createFeatureReader(OPTIONS.bucketBits);
const said = (text: string, labels: Partial<Example>): Prepared => {
  const { buckets, count } = features.read(text);
  return { set: 'x', part: 'train', lang: 'zh', text, ...labels, buckets: buckets.slice(0, count) };
};
const talk = [
  said('太差了', { polarity: NEGATIVE, anger: true, offensive: false }),
  said('差劲的服务', { polarity: NEGATIVE, anger: true }),
  said('很好', { polarity: POSITIVE, anger: false }),
  said('非常好用', { polarity: POSITIVE, anger: false }),
  said('房间在哪里', { polarity: NOT_NEGATIVE, anger: false, offensive: false }),
  said('你这蠢货', { offensive: true }),
];
const train = (seed: number) =>
  encodeModel({ name: 'x', bucketBits: 12, ...finishModel(optimise(talk, { ...OPTIONS, seed }), talk) });

it('gives the same bytes from the same sets, options and seed', () => {
  expect(train(1)).toEqual(train(1));
  expect(train(1)).not.toEqual(train(2));
});

it('learns each head from the sets that say something about it', () => {
  const scorer = createScorer(decodeModel(train(1)));
  expect(scorer.score('服务太差').negative).toBeGreaterThan(scorer.score('服务很好').negative);
  expect(scorer.score('服务太差').anger).toBeGreaterThan(scorer.score('服务很好').anger);
  expect(scorer.score('蠢货').offensive).toBeGreaterThan(scorer.score('房间在哪里').offensive);
  // What is only known not to be negative is pulled to no side but away from it.
  expect(scorer.score('房间在哪里').negative).toBeLessThan(0.34);
});
