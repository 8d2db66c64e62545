export { duplicating } from './duplicating.js';
