import { parseArgs } from 'node:util';
import { compilePhrases } from '@earshot/rules/match';
import { Chance } from '@earshot/testkit';
import { AhoCorasick } from '@monyone/aho-corasick/fast';
import { makePhrases, readTexts } from './lib/corpus.js';
import { type Measured, measure, ratio, round, spread } from './lib/measure.js';
import { grow, newHits, rescanned } from './lib/partials.js';
import { atLeast, atMost, print, type Target } from './lib/report.js';
import { requireSame } from './lib/same.js';

/** Phrases in talk: our matcher, which folds, against the quickest from npm and against a plain RegExp, which do not. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    utterances: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
const SIZES = [100, 1_000, 10_000];
/** A RegExp of ten thousand phrases takes half a millisecond an utterance; it gets fewer of them. */
const REGEXP_WORK = 2e7;

const texts = readTexts(new Chance(seed)).slice(0, Number(values.utterances));
const perUtterance: Record<string, string | number>[] = [];
const targets: Target[] = [];
for (const size of SIZES) matchingRow(size, await matching(size));
const partials = await partialsOf(10_000);
print(
  {
    bench: 'matching',
    asked: { ...values, utterances: texts.length },
    tables: [
      { title: 'Matching, ns an utterance: median (quickest to slowest round)', rows: perUtterance },
      { title: 'Partials that grow by 3 characters, 10,000 phrases, ns a partial', rows: partials },
    ],
    targets,
    notes: [
      'Ours folds width, case, script and separators, and gives places in the original text; the others find literal text only. ' +
        'What they find, ours must find; what ours finds beyond that must be a folded spelling. RegExp is compared by which utterances hit.',
    ],
  },
  values.json,
);

async function matching(size: number) {
  const phrases = makePhrases(new Chance(seed + size), texts, { count: size, cut: 0.002 });
  const ours = compilePhrases(phrases);
  const theirs = new AhoCorasick(phrases);
  const regExp = new RegExp(phrases.join('|'));
  const few = texts.slice(0, Math.max(200, Math.min(texts.length, Math.floor(REGEXP_WORK / size))));

  const literal = new Set<string>();
  let folded = 0;
  texts.forEach((text, i) => {
    const { hits } = ours.scan(text);
    for (let at = 0; at < hits.length; at += 3) {
      const [phrase = 0, start, end] = hits.slice(at, at + 3);
      if (text.slice(start, end) === phrases[phrase]) literal.add(`${i} ${phrases[phrase]} ${start}`);
      else folded += 1;
    }
  });
  const found = texts.flatMap((text, i) =>
    theirs.matchInText(text).map(({ begin, keyword }) => `${i} ${keyword} ${begin}`),
  );
  requireSame(['ours', literal], ['@monyone/aho-corasick', found]);
  const hitting = new Set([...literal].map((hit) => Number(hit.split(' ')[0])));
  requireSame(
    ['ours', [...hitting].filter((i) => i < few.length).map(String)],
    ['RegExp', few.flatMap((text, i) => (regExp.test(text) ? [String(i)] : []))],
  );

  let sink = 0;
  const measured = await measure(
    [
      side('ours', texts, (text) => (sink += ours.scan(text).hits.length)),
      side('@monyone/aho-corasick/fast', texts, (text) => (sink += theirs.matchInText(text).length)),
      side('RegExp', few, (text) => (sink += Number(regExp.test(text)))),
    ],
    rounds,
  );
  return { measured, literal: literal.size, folded, sink };
}

function matchingRow(size: number, { measured, literal, folded }: Awaited<ReturnType<typeof matching>>): void {
  const [ours, monyone, regExp] = measured as [Measured, Measured, Measured];
  perUtterance.push({
    phrases: size,
    hits: literal,
    'hits by folding': folded,
    ours: spread(ours),
    '@monyone/fast': spread(monyone),
    RegExp: spread(regExp),
    'x @monyone': round(ratio(ours, monyone)),
    'x RegExp': round(ratio(ours, regExp)),
  });
  if (size === 10_000) {
    targets.push(atLeast('10,000 phrases: @monyone/aho-corasick/fast / ours', 4, ratio(ours, monyone)));
    targets.push(atLeast('10,000 phrases: RegExp / ours', 4, ratio(ours, regExp)));
  }
}

async function partialsOf(size: number) {
  const phrases = makePhrases(new Chance(seed + size), texts, { count: size, cut: 0.002 });
  const ours = compilePhrases(phrases);
  const theirs = new AhoCorasick(phrases);
  const utterances = texts.slice(0, Math.ceil(texts.length * 0.4)).map(grow);
  const count = utterances.reduce((sum, partials) => sum + partials.length, 0);

  const reported = utterances.flatMap((partials, i) => newHits(ours, partials).map((hit) => `${i} ${hit}`));
  const again = utterances.flatMap((partials, i) => rescanned(ours, partials).map((hit) => `${i} ${hit}`));
  requireSame(['taken up', reported], ['rescanned', again]);
  const duplicates = reported.length - new Set(reported).size;

  let sink = 0;
  const measured = await measure(
    [
      {
        name: 'ours, taken up',
        pass: () => {
          for (const partials of utterances) {
            let earlier = ours.scan('');
            let before = '';
            for (const text of partials) {
              earlier = ours.rescan(text, before, earlier);
              before = text;
            }
            sink += earlier.hits.length;
          }
          return count;
        },
      },
      side('ours, rescanning', utterances.flat(), (text) => (sink += ours.scan(text).hits.length)),
      side('@monyone/fast, rescanning', utterances.flat(), (text) => (sink += theirs.matchInText(text).length)),
    ],
    rounds,
  );
  const [taken, own, peer] = measured as [Measured, Measured, Measured];
  targets.push(atMost('partials: work of ours / @monyone/fast rescanning', 0.1, 1 / ratio(taken, peer)));
  targets.push(atMost('partials: hits reported twice', 0, duplicates));
  const row = (one: Measured, hits: number) => ({
    way: one.name,
    partials: count,
    cost: spread(one),
    'x ours': round(ratio(taken, one)),
    'hits reported': hits,
    distinct: new Set(reported).size,
  });
  return [row(taken, reported.length), row(own, again.length), row(peer, again.length)];
}

function side(name: string, over: readonly string[], look: (text: string) => unknown) {
  return {
    name,
    pass: () => {
      for (const text of over) look(text);
      return over.length;
    },
  };
}
