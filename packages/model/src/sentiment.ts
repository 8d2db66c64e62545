/** Probabilities from 0 to 1 in steps of 0.001. The first three are one choice; the last two stand for themselves. */
export interface SentimentScores {
  negative: number;
  neutral: number;
  positive: number;
  anger: number;
  offensive: number;
}

export const SENTIMENTS = [
  'negative',
  'neutral',
  'positive',
  'anger',
  'offensive',
] as const satisfies readonly (keyof SentimentScores)[];
export type Sentiment = (typeof SENTIMENTS)[number];

/** What a model made of one revision of one utterance. */
export interface UtteranceScore {
  leg: string;
  segment: number;
  revision: number;
  /** Name and hash of the model. Of several models' scores that of the last name in order counts. */
  model: string;
  scores: SentimentScores;
}

/** The score that counts for this revision; undefined: unknown. */
export function scoreOf(scores: readonly UtteranceScore[] | undefined, revision: number): SentimentScores | undefined {
  let last: UtteranceScore | undefined;
  for (const score of scores ?? []) {
    if (score.revision === revision && (!last || score.model > last.model)) last = score;
  }
  return last?.scores;
}

/** An amendment in the conversation's own log, written by the sentiment service after the utterance. */
export interface Score extends UtteranceScore {
  kind: 'score';
}
