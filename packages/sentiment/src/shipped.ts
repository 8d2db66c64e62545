import { readFileSync } from 'node:fs';
import { decodeModel, type SentimentModel } from './model-file.js';

/** Beside both src/ and dist/, so the same address serves the sources and the build. */
const MODEL = new URL('../model/zh-en-1.bin', import.meta.url);

/** The model that is part of the product; where it comes from stands in model/provenance.json. */
export function loadShippedModel(): SentimentModel {
  return decodeModel(readFileSync(MODEL));
}
