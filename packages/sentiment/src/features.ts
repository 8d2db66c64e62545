import {
  ABSENT,
  FIRST_LETTER,
  type FoldTable,
  foldBeyond,
  isDigit,
  isWordLetter,
  makeFoldTable,
} from '@earshot/rules/fold';

/** Longest text that is read, in folded units; what stands behind is left out. */
export const MAX_UNITS = 4_000;
export const LONGEST_GRAM = 4;

const SPACE = 0x20;
const ASKED = 0x3f;
const SHOUTED = 0x21;
const ANY_DIGIT = 0x30;
/** A masked value: that something private was said is a feature, its hash is not. */
const MASKED = 0x01;
const TOKEN = /\[[A-Z_]{1,24}:[0-9a-f]{1,16}\]/y;
const WORD_SEED = 0x5bd1e995;
const PAIR_SEED = 0x27d4eb2f;

/** What a text is made of, as bucket numbers. Each bucket once, in the order of first sight. */
export interface FeatureReader {
  /** `count` of 0: nothing in the text can be judged. The array is used again by the next call. */
  read(text: string): { buckets: Uint32Array; count: number };
}

/**
 * Hashed character 1- to 4-grams, and for letters that make up words the words and their pairs. Width, case,
 * traditional and simplified forms fold together; digits are one letter, so a number's value tells nothing.
 */
export function createFeatureReader(bucketBits: number): FeatureReader {
  const table = makeFoldTable();
  const mask = 2 ** bucketBits - 1;
  const seenIn = new Uint32Array(2 ** bucketBits);
  let buckets = new Uint32Array(1_024);
  let generation = 0;
  let count = 0;
  const add = (hashed: number) => {
    const bucket = finish(hashed) & mask;
    if (seenIn[bucket] === generation) return;
    seenIn[bucket] = generation;
    if (count === buckets.length) {
      const wider = new Uint32Array(count * 2);
      wider.set(buckets);
      buckets = wider;
    }
    buckets[count++] = bucket;
  };

  return {
    read(text) {
      generation = (generation + 1) >>> 0;
      if (generation === 0) {
        seenIn.fill(0);
        generation = 1;
      }
      count = 0;
      const units = foldUnits(text, table);
      if (!units.some(tells)) return { buckets, count };
      for (let from = 0; from < units.length; from++) {
        let hash = 0x811c9dc5;
        for (let size = 1; size <= LONGEST_GRAM && from + size <= units.length; size++) {
          hash = mix(hash, units[from + size - 1] as number);
          if (size > 1 || units[from] !== SPACE) add(hash + size);
        }
      }
      addWords(units, add);
      return { buckets, count };
    },
  };
}

function addWords(units: readonly number[], add: (hashed: number) => void): void {
  let before = 0;
  let hash = WORD_SEED;
  let inWord = false;
  for (const unit of units) {
    if (isWordLetter(unit) && tells(unit)) {
      hash = mix(hash, unit);
      inWord = true;
      continue;
    }
    if (inWord) {
      add(hash);
      if (before !== 0) add(mix(mix(PAIR_SEED, before), hash));
      before = hash;
    } else if (unit !== SPACE) before = 0;
    hash = WORD_SEED;
    inWord = false;
  }
}

/** Folded units between two spaces; runs of separators are one space, runs of digits one digit. */
function foldUnits(text: string, table: FoldTable): number[] {
  const units = [SPACE];
  for (let at = 0; at < text.length && units.length < MAX_UNITS; at++) {
    const point = text.codePointAt(at) as number;
    if (point === 0x5b) {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(text);
      if (token) {
        units.push(MASKED);
        at += token[0].length - 1;
        continue;
      }
    }
    if (point > 0xffff) at++;
    const unit = foldPoint(point, table);
    if (unit === ABSENT) continue;
    const last = units[units.length - 1];
    if ((unit === SPACE || unit === ANY_DIGIT) && last === unit) continue;
    units.push(unit);
  }
  if (units[units.length - 1] !== SPACE) units.push(SPACE);
  return units;
}

function foldPoint(point: number, table: FoldTable): number {
  if (point === SHOUTED || point === 0xff01) return SHOUTED;
  if (point === ASKED || point === 0xff1f) return ASKED;
  // Pictures say more about a mood than many words.
  if (point >= 0x1f000 && point <= 0x1faff) return point;
  const folded = point > 0xffff ? foldBeyond(table, point) : (table[point] as number);
  if (folded === ABSENT) return ABSENT;
  if (folded < FIRST_LETTER) return SPACE;
  return isDigit(folded) ? ANY_DIGIT : folded;
}

function tells(unit: number): boolean {
  return unit !== SPACE && unit !== MASKED && unit !== ANY_DIGIT && unit !== ASKED && unit !== SHOUTED;
}

function mix(hash: number, unit: number): number {
  const mixed = Math.imul(hash ^ unit, 0x01000193);
  return (mixed ^ (mixed >>> 15)) | 0;
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
