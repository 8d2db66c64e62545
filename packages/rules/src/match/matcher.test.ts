import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeFoldTable } from './fold.js';
import { makeMatcher } from './matcher.js';
import { foldPhrase } from './phrase.js';

const fold = makeFoldTable();

function matcherOf(phrases: readonly (string | { text: string; joined: boolean })[]) {
  return makeMatcher(
    fold,
    phrases.map((entry) => {
      const { text, joined } = typeof entry === 'string' ? { text: entry, joined: false } : entry;
      const folded = foldPhrase(fold, text, joined);
      if (!folded) throw new Error(`nothing to look for in ${text}`);
      return folded;
    }),
  );
}

function found(phrases: Parameters<typeof matcherOf>[0], text: string): string[] {
  const { hits } = matcherOf(phrases).scan(text);
  return Array.from({ length: hits.length / 3 }, (_, i) => text.slice(hits[i * 3 + 1], hits[i * 3 + 2]));
}

describe('a phrase is found however it is written', () => {
  test.each([
    ['full width', 'refund', 'ｒｅｆｕｎｄ', ['ｒｅｆｕｎｄ']],
    ['upper case', 'Refund', 'no REFUND.', ['REFUND']],
    ['traditional text', '骗子', '你是騙子', ['騙子']],
    ['traditional phrase', '騙子', '你是骗子', ['骗子']],
    ['a space inside', '骗子', '骗 子', ['骗 子']],
    ['a dash inside', '骗子', '骗-子', ['骗-子']],
    ['a zero-width character inside', '骗子', '骗\u200b子', ['骗\u200b子']],
    ['a picture inside', '骗子', '骗😀子', ['骗😀子']],
    ['styled letters', 'scam', 'a 𝐬𝐜𝐚𝐦!', ['𝐬𝐜𝐚𝐦']],
    ['spelled out', 'scam', 's c a m', ['s c a m']],
    ['digits with dashes', '12315', '打1-2315', ['1-2315']],
    ['circled digits', '12315', '①②③①⑤', ['①②③①⑤']],
    ['an apostrophe more or less', "don't", 'I dont and I don’t', ['dont', 'don’t']],
    ['a clause mark where the phrase has a break', 'no thanks', 'no, thanks', ['no, thanks']],
    ['all overlaps', '投诉', '投诉投诉', ['投诉', '投诉']],
  ])('%s', (_, phrase, text, expected) => {
    expect(found([phrase], text)).toEqual(expected);
  });

  test('a phrase inside another is found too', () => {
    expect(found(['投诉', '投诉到底', '到底'], '投诉到底')).toEqual(['投诉', '投诉到底', '到底']);
  });
});

describe('what is not the phrase stays quiet', () => {
  test.each([
    ['part of a longer word', 'scam', 'scampi'],
    ['part of a longer number', '12315', '0123156'],
    ['a number within a code', '12315', 'A12315'],
    ['a sentence end between', '投诉到底', '我要投诉。到底行不行'],
    ['a clause mark between', '投诉到底', '我要投诉，到底行不行'],
    ['three separators between', '骗子', '骗---子'],
    ['a full stop and a space between', 'call manager', 'I will call. Manager is out'],
    ['one gap in a word', 'into', 'in to'],
    ['no gap between two words', 'call manager', 'callmanager'],
    ['another letter between', '骗子', '骗了子'],
    ['a masked token between', '骗子', '骗[PHONE:7f3a]子'],
    ['inside a masked token', 'phone', '[PHONE:7f3a]'],
    ['half a pair between', '骗子', '骗\ud800子'],
  ])('%s', (_, phrase, text) => {
    expect(found([phrase], text)).toEqual([]);
  });

  test('a joined phrase skips no separators', () => {
    expect(found([{ text: '骗子', joined: true }, '骗子'], '骗 子 骗子')).toEqual(['骗 子', '骗子', '骗子']);
  });
});

/** Text of a few letters in which phrases, near misses and every class of separator are frequent. */
const pieces = fc.constantFrom(
  ...'骗子騙投诉訴到底ａAabs c12-·，。?'.split(''),
  ...['\u200b', "'", '😀', '\ud83d', '𠮷', '. ', '...', '[PHONE:7f3a]', '[PH', '\n', 'sc'],
);
const texts = fc.array(pieces, { maxLength: 30 }).map((list) => list.join(''));
const phrases = fc.uniqueArray(
  fc.record({
    text: fc
      .array(fc.constantFrom(...'骗子投诉到底aabbsc12 -'.split(''), '𠮷'), { minLength: 1, maxLength: 5 })
      .map((list) => list.join(''))
      .filter((text) => /[^ -]/u.test(text)),
    joined: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12, selector: ({ text, joined }) => foldPhrase(fold, text, joined)?.key },
);

describe('the automaton', () => {
  test('finds what a walk over the text from every place finds, with the same offsets', () => {
    fc.assert(
      fc.property(phrases, texts, (list, text) => {
        const { hits } = matcherOf(list).scan(text);
        const got = Array.from({ length: hits.length / 3 }, (_, i) => hits.slice(i * 3, i * 3 + 3).join(' '));
        const wanted = list.flatMap((phrase, i) =>
          walk(phrase.text, phrase.joined, text).map((span) => `${i} ${span}`),
        );
        expect(got.sort()).toEqual(wanted.sort());
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  test('finds what indexOf finds in plain text, in either form of its tables', () => {
    const letters = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x4e00 + i * 7));
    const letter = fc.integer({ min: 0, max: 399 }).map((i) => letters[(i * i) % 400] as string);
    const word = fc.array(letter, { minLength: 2, maxLength: 4 }).map((list) => list.join(''));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 900, size: 'max' }),
        fc.infiniteStream(fc.nat()),
        (words, picks) => {
          const list = [...new Map(words.map((w) => [foldPhrase(fold, w, false)?.key, w])).values()];
          const text = [...picks.take(20)].map((n) => list[n % list.length]).join('中');
          const folded = naiveFold(text).join('');
          const { hits } = matcherOf(list).scan(text);
          const wanted = list.flatMap((w, i) => {
            const spans: string[] = [];
            const looked = naiveFold(w).join('');
            for (let at = folded.indexOf(looked); at >= 0; at = folded.indexOf(looked, at + 1)) {
              spans.push(`${i} ${at} ${at + w.length}`);
            }
            return spans;
          });
          const got = Array.from({ length: hits.length / 3 }, (_, i) => hits.slice(i * 3, i * 3 + 3).join(' '));
          expect(got.sort()).toEqual(wanted.sort());
        },
      ),
      { numRuns: 30 },
    );
  }, 30_000);

  test('taken up again on a text that grew or was corrected, finds what a fresh scan finds', () => {
    fc.assert(
      fc.property(phrases, texts, texts, texts, (list, head, tail, other) => {
        const matcher = matcherOf(list);
        const first = matcher.scan(head);
        const second = matcher.rescan(head + tail, head, first);
        expect(second).toEqual(matcher.scan(head + tail));
        expect(matcher.rescan(head.slice(0, 5) + other, head + tail, second)).toEqual(
          matcher.scan(head.slice(0, 5) + other),
        );
      }),
      { numRuns: 300, examples: [[[{ text: '骗', joined: false }], '骗. 骗\ud83d[PH', '', '']] },
    );
  }, 30_000);
});

function naiveFold(text: string): string[] {
  return [...text].map((char) => ({ 騙: '骗', 訴: '诉' })[char] ?? char.normalize('NFKC').toLowerCase());
}

const isWord = (char: string | undefined) => char !== undefined && /^[a-z0-9]$/.test(char);

/** The language's page, read aloud: no automaton, no table, one place of the text after the other. */
function walk(phrase: string, joined: boolean, text: string): string[] {
  const wanted: { letter: string; breakBefore: boolean }[] = [];
  let broken = false;
  for (const char of naiveFold(phrase)) {
    if (' -'.includes(char)) broken = true;
    else {
      wanted.push({ letter: char, breakBefore: broken && wanted.length > 0 });
      broken = false;
    }
  }
  const tokens: { start: number; end: number; kind: 'letter' | 'gap' | 'clause' | 'stop'; char: string }[] = [];
  for (let i = 0; i < text.length; ) {
    const masked = /^\[[A-Z]+:[0-9a-f]+\]/.exec(text.slice(i));
    const char = masked ? masked[0] : String.fromCodePoint(text.codePointAt(i) as number);
    const [start, end] = [i, i + char.length];
    i = end;
    if (char === '\u200b' || char === "'") continue;
    const dotEnd = char === '.' && /\s/.test(text[end] ?? 'x');
    const kind =
      masked || dotEnd || '。?\n'.includes(char)
        ? 'stop'
        : char === '，'
          ? 'clause'
          : ' -·.[😀'.includes(char) && !/[\ud83d]$/.test(char)
            ? 'gap'
            : 'letter';
    tokens.push({ start, end, kind, char: naiveFold(char).join('') });
  }
  const spans: string[] = [];
  tokens.forEach((_, from) => {
    const last = follow(wanted, joined, tokens, from);
    if (last === undefined) return;
    const before = tokens[from - 1];
    const after = tokens[last + 1];
    if (isWord(wanted[0]?.letter) && before?.kind === 'letter' && isWord(before.char)) return;
    if (isWord(wanted.at(-1)?.letter) && after?.kind === 'letter' && isWord(after.char)) return;
    spans.push(`${tokens[from]?.start} ${tokens[last]?.end}`);
  });
  return spans;
}

function follow(
  wanted: readonly { letter: string; breakBefore: boolean }[],
  joined: boolean,
  tokens: readonly { start: number; end: number; kind: string; char: string }[],
  from: number,
): number | undefined {
  let at = from;
  let wordGaps: boolean[] = [];
  for (let k = 0; k < wanted.length; k++) {
    let units = 0;
    let clause = false;
    while (k > 0 && tokens[at] && tokens[at]?.kind !== 'letter') {
      const token = tokens[at++] as (typeof tokens)[number];
      if (token.kind === 'stop') return undefined;
      units += token.end - token.start;
      clause ||= token.kind === 'clause';
    }
    const step = wanted[k] as (typeof wanted)[number];
    if (units > 2 || tokens[at]?.kind !== 'letter' || tokens[at]?.char !== step.letter) return undefined;
    if (k > 0) {
      const words = isWord(wanted[k - 1]?.letter) && isWord(step.letter);
      const digits = /^\d\d$/.test(`${wanted[k - 1]?.letter}${step.letter}`);
      if (step.breakBefore) {
        if (words && units === 0) return undefined;
        wordGaps = [];
      } else {
        if (clause || (joined && units > 0)) return undefined;
        if (words && !digits && !joined) wordGaps.push(units > 0);
        else wordGaps = [];
        if (new Set(wordGaps).size > 1) return undefined;
      }
    }
    at++;
  }
  return at - 1;
}
