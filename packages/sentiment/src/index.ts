export { decodeModel, encodeModel, HEADS, type Head, type SentimentModel } from './model-file.js';
export { createScorer, type Scorer } from './scorer.js';
export { loadShippedModel } from './shipped.js';
