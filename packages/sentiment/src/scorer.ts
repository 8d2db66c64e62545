import type { SentimentScores } from '@earshot/model';
import { createFeatureReader } from './features.js';
import { HEADS, type SentimentModel } from './model-file.js';

export interface Scorer {
  /** Of the model: the same text gets the same scores from the same hash. */
  readonly modelHash: string;
  /** Name and hash: what a score on the log names. */
  readonly model: string;
  /** A text without a letter or picture is neutral. */
  score(text: string): SentimentScores;
}

/**
 * Sums of whole numbers, so neither the order of the features nor the machine changes a score; only the last step
 * (exponential, rounded) leaves them.
 */
export function createScorer(model: SentimentModel): Scorer {
  const features = createFeatureReader(model.bucketBits);
  const { weights, heads } = model;
  const width = HEADS.length;
  const sums = new Int32Array(width);
  return {
    modelHash: model.hash,
    model: `${model.name}-${model.hash}`,
    score(text) {
      const { buckets, count } = features.read(text);
      if (count === 0) return { negative: 0, neutral: 1, positive: 0, anger: 0, offensive: 0 };
      sums.fill(0);
      for (let i = 0; i < count; i++) {
        const row = (buckets[i] as number) * width;
        for (let head = 0; head < width; head++) sums[head] = (sums[head] as number) + (weights[row + head] as number);
      }
      const root = Math.sqrt(count);
      const [negative = 0, neutral = 0, positive = 0, anger = 0, offensive = 0] = HEADS.map(
        (name, head) => heads[name].bias + (heads[name].scale * (sums[head] as number)) / root,
      );
      const top = Math.max(negative, neutral, positive);
      const [a, b, c] = [Math.exp(negative - top), Math.exp(neutral - top), Math.exp(positive - top)];
      const total = a + b + c;
      return {
        negative: rounded(a / total),
        neutral: rounded(b / total),
        positive: rounded(c / total),
        anger: rounded(1 / (1 + Math.exp(-anger))),
        offensive: rounded(1 / (1 + Math.exp(-offensive))),
      };
    },
  };
}

function rounded(probability: number): number {
  return Math.round(probability * 1_000) / 1_000;
}
