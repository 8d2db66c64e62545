import type { Score, UtteranceScore } from '@earshot/model';
import { required } from './codec.js';
import type * as pb from './gen/earshot/v1/fact.js';

export function scoreToWire({ leg, segment, revision, model, scores }: UtteranceScore): pb.Score {
  return { leg, segment, revision, model, scores };
}

export function scoreFromWire(score: pb.Score): UtteranceScore {
  const { leg, segment, revision, model, scores } = score;
  return { leg, segment, revision, model, scores: required('score.scores', scores) };
}

export function scoreBodyFromWire(score: pb.Score): Score {
  return { kind: 'score', ...scoreFromWire(score) };
}
