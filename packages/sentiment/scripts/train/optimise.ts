import { HEADS } from '../../src/model-file.js';
import { chanceFrom, shuffle } from './chance.js';
import type { Example } from './sets.js';

export interface Options {
  seed: number;
  epochs: number;
  rate: number;
  /** Pull of every touched weight towards zero. */
  decay: number;
  bucketBits: number;
}

export interface Prepared extends Example {
  buckets: Uint32Array;
}

export interface Weights {
  table: Float32Array;
  biases: Float64Array;
}

const WIDTH = HEADS.length;

/** Stochastic gradient steps sized per weight (Adagrad) over five heads that share the features. */
export function optimise(examples: readonly Prepared[], options: Options): Weights {
  const table = new Float32Array(2 ** options.bucketBits * WIDTH);
  const squares = new Float32Array(table.length);
  const biases = new Float64Array(WIDTH);
  const biasSquares = new Float64Array(WIDTH);
  const gradient = new Float64Array(WIDTH);
  const order = Uint32Array.from(examples.keys());
  const chance = chanceFrom(options.seed);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, chance);
    for (const index of order) {
      const example = examples[index] as Prepared;
      gradientOf(example, logits(example.buckets, table, biases), gradient);
      step(example.buckets);
    }
  }
  return { table, biases };

  function step(buckets: Uint32Array): void {
    const share = 1 / Math.sqrt(buckets.length);
    for (let head = 0; head < WIDTH; head++) {
      const slope = gradient[head] as number;
      if (slope === 0) continue;
      biasSquares[head] = (biasSquares[head] as number) + slope * slope;
      biases[head] = (biases[head] as number) - (options.rate * slope) / Math.sqrt(1 + (biasSquares[head] as number));
      for (const bucket of buckets) {
        const at = bucket * WIDTH + head;
        const own = slope * share + options.decay * (table[at] as number);
        squares[at] = (squares[at] as number) + own * own;
        table[at] = (table[at] as number) - (options.rate * own) / Math.sqrt(1e-3 + (squares[at] as number));
      }
    }
  }
}

export function logits(buckets: Uint32Array, table: Float32Array, biases: Float64Array): Float64Array {
  const out = new Float64Array(WIDTH);
  for (const bucket of buckets) {
    for (let head = 0; head < WIDTH; head++)
      out[head] = (out[head] as number) + (table[bucket * WIDTH + head] as number);
  }
  const share = 1 / Math.sqrt(buckets.length);
  for (let head = 0; head < WIDTH; head++) out[head] = (out[head] as number) * share + (biases[head] as number);
  return out;
}

/** A choice among classes of which several may be right pulls towards the right ones together. */
function gradientOf({ polarity, anger, offensive, weight = 1 }: Example, z: Float64Array, out: Float64Array): void {
  out.fill(0);
  if (polarity !== undefined) {
    const top = Math.max(z[0] as number, z[1] as number, z[2] as number);
    const raw = [0, 1, 2].map((head) => Math.exp((z[head] as number) - top));
    const all = raw.reduce((sum, one) => sum + one, 0);
    const right = raw.reduce((sum, one, head) => sum + (polarity & (1 << head) ? one : 0), 0);
    raw.forEach((one, head) => {
      out[head] = weight * (one / all - (polarity & (1 << head) ? one / right : 0));
    });
  }
  if (anger !== undefined) out[3] = weight * (sigmoid(z[3] as number) - Number(anger));
  if (offensive !== undefined) out[4] = weight * (sigmoid(z[4] as number) - Number(offensive));
}

export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
