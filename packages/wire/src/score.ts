import type { Score, UtteranceScore } from '@earshot/model';
import { defined, required } from './codec.js';
import type * as pb from './gen/earshot/v1/fact.js';

export function scoreToWire({ leg, segment, revision, model, scores }: UtteranceScore): pb.Score {
  return { leg, segment, revision, model, scores };
}

export function scoreFromWire(score: pb.Score): UtteranceScore {
  return defined({ ...score, scores: required('score.scores', score.scores) });
}

export function scoreBodyFromWire(score: pb.Score): Score {
  return { kind: 'score', ...scoreFromWire(score) };
}
