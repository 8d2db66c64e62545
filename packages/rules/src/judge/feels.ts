import type { Feeling } from '../language/program.js';
import type { Heard, Reading } from './heard.js';

/** What the scores of these turns say, the last being judged in this reading; undefined: not known (yet). */
export function feels(feeling: Feeling, turns: readonly Heard[], reading: Reading): boolean | undefined {
  const { of, is, value } = feeling;
  if (turns.length < feeling.turns) return undefined;
  const scores: number[] = [];
  for (const [i, heard] of turns.entries()) {
    const read = i === turns.length - 1 ? reading : heard.readings.at(-1);
    if (!read?.scores) return undefined;
    scores.push(Math.round(read.scores[of] * 1000));
  }
  const count = scores.length;
  if (is === 'rises-by') {
    // The least-squares slope over the places 0 to count - 1, times count - 1, brought to whole numbers.
    const weighed = scores.reduce((sum, score, place) => sum + (2 * place - count + 1) * score, 0);
    return 6 * weighed >= value * count * (count + 1);
  }
  const sum = scores.reduce((all, score) => all + score, 0);
  return is === 'below' ? sum < value * count : sum >= value * count;
}
