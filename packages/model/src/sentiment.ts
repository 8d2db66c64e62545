/** Probabilities from 0 to 1 in steps of 0.001. The first three are one choice; the last two stand for themselves. */
export interface SentimentScores {
  negative: number;
  neutral: number;
  positive: number;
  anger: number;
  offensive: number;
}

/** What a model made of one revision of one utterance. */
export interface UtteranceScore {
  leg: string;
  segment: number;
  revision: number;
  /** Name and hash of the model. Of several models' scores that of the last name in order counts. */
  model: string;
  scores: SentimentScores;
}

/** An amendment in the conversation's own log, written by the sentiment service after the utterance. */
export interface Score extends UtteranceScore {
  kind: 'score';
}
