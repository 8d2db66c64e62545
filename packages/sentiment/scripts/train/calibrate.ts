import { HEADS, type Head, type HeadTerms } from '../../src/model-file.js';
import { logits, type Prepared, sigmoid, type Weights } from './optimise.js';

const WIDTH = HEADS.length;
const ROUNDS = 400;

/** Whole-number weights, and for each head the scale and bias that make the tuning part's probabilities true. */
export function finishModel(weights: Weights, tuning: readonly Prepared[]) {
  const { table, biases } = weights;
  const whole = new Int8Array(table.length);
  const largest = new Float64Array(WIDTH);
  for (let at = 0; at < table.length; at++) {
    largest[at % WIDTH] = Math.max(largest[at % WIDTH] as number, Math.abs(table[at] as number));
  }
  for (let at = 0; at < table.length; at++) {
    whole[at] = Math.round(((table[at] as number) * 127) / (largest[at % WIDTH] as number));
  }
  const z = tuning.map(({ buckets }) => logits(buckets, table, biases));
  const choice = fitChoice(tuning, z);
  const terms = [...choice, fitAlone(tuning, z, 3, 'anger'), fitAlone(tuning, z, 4, 'offensive')];
  const heads = Object.fromEntries(
    HEADS.map((name, head) => {
      const { factor, shift } = terms[head] as Terms;
      const scale = ((largest[head] as number) / 127) * factor;
      return [name, { scale, bias: (biases[head] as number) * factor + shift }];
    }),
  ) as Record<Head, HeadTerms>;
  return { weights: whole, heads };
}

interface Terms {
  factor: number;
  shift: number;
}

/** One temperature for the three classes and a shift for each, by gradient descent on the log loss. */
function fitChoice(tuning: readonly Prepared[], z: readonly Float64Array[]): Terms[] {
  const rows = tuning.flatMap(({ polarity }, i) =>
    polarity === undefined ? [] : [{ polarity, z: z[i] as Float64Array }],
  );
  let factor = 1;
  const shift = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    let slope = 0;
    const slopes = [0, 0, 0];
    for (const row of rows) {
      const logit = [0, 1, 2].map((head) => (row.z[head] as number) * factor + (shift[head] as number));
      const top = Math.max(...logit);
      const raw = logit.map((one) => Math.exp(one - top));
      const all = raw.reduce((sum, one) => sum + one, 0);
      const right = raw.reduce((sum, one, head) => sum + (row.polarity & (1 << head) ? one : 0), 0);
      raw.forEach((one, head) => {
        const off = one / all - (row.polarity & (1 << head) ? one / right : 0);
        slopes[head] = (slopes[head] as number) + off;
        slope += off * (row.z[head] as number);
      });
    }
    factor -= (0.2 * slope) / rows.length;
    slopes.forEach((own, head) => {
      shift[head] = (shift[head] as number) - own / rows.length;
    });
  }
  return shift.map((own) => ({ factor, shift: own }));
}

/**
 * 0.5 means: as likely as not where half the lines are. How rare anger is differs from centre to centre, and a set of
 * drama lines does not know it.
 */
function fitAlone(
  tuning: readonly Prepared[],
  z: readonly Float64Array[],
  head: number,
  label: 'anger' | 'offensive',
): Terms {
  const mixed = tuning.flatMap((one, i) => (one[label] === undefined ? [] : [{ ...one, z: z[i]?.[head] ?? 0 }]));
  // Sets without a single yes would only say how rare it is among them.
  const telling = new Set(mixed.filter((one) => one[label]).map(({ set }) => set));
  const rows = mixed.flatMap((one) => (telling.has(one.set) ? [{ y: Number(one[label]), z: one.z }] : []));
  const yes = rows.filter(({ y }) => y === 1).length;
  const weightOf = [rows.length / (2 * (rows.length - yes)), rows.length / (2 * yes)];
  let factor = 1;
  let shift = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let slope = 0;
    let lift = 0;
    for (const row of rows) {
      const off = (weightOf[row.y] as number) * (sigmoid(row.z * factor + shift) - row.y);
      slope += off * row.z;
      lift += off;
    }
    factor -= (0.2 * slope) / rows.length;
    shift -= lift / rows.length;
  }
  return { factor, shift };
}
