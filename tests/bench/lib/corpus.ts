import { readFileSync } from 'node:fs';
import type { Chance } from '@earshot/testkit';

const FILES = ['crosswoz_zh', 'teleantifraud_zh'];
const HAN = /[\u4e00-\u9fff]{2,}/g;

/** What people really say, shuffled with the seed: the texts of the corpora in tests/corpora. */
export function readTexts(chance: Chance): string[] {
  const texts = FILES.flatMap((name) => {
    const file = new URL(`../../corpora/${name}/conversations.jsonl`, import.meta.url);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    return lines.flatMap((line) => (JSON.parse(line) as { turns: { text: string }[] }).turns.map(({ text }) => text));
  });
  for (let i = texts.length - 1; i > 0; i--) {
    const other = chance.below(i + 1);
    [texts[i], texts[other]] = [texts[other] as string, texts[i] as string];
  }
  return texts;
}

export interface PhraseOptions {
  count: number;
  /** Share of phrases that are cut from the texts as they are; the others hit by chance only. */
  cut: number;
}

/** Distinct phrases of 4 to 6 characters. Most join halves of two texts: they begin like real words, and hit rarely. */
export function makePhrases(chance: Chance, texts: readonly string[], { count, cut }: PhraseOptions): string[] {
  const phrases = new Set<string>();
  while (phrases.size < count) {
    const phrase =
      chance.next() < cut
        ? piece(chance, texts, chance.between(4, 6))
        : piece(chance, texts, 2) + piece(chance, texts, chance.between(2, 4));
    if (phrase.length >= 4) phrases.add(phrase);
  }
  return [...phrases];
}

function piece(chance: Chance, texts: readonly string[], length: number): string {
  for (;;) {
    const words = chance.pick(texts).match(HAN);
    const word = words && chance.pick(words);
    if (!word || word.length < length) continue;
    const from = chance.below(word.length - length + 1);
    return word.slice(from, from + length);
  }
}
