export { duplicating } from './duplicating.js';
export { wordFold, wordOptions } from './word-fold.js';
