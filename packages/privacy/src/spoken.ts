/** What English speakers say for digits, and what both languages put between them. */

const UNITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

export type EnglishWord =
  | { kind: 'digits'; digits: string }
  /** twenty … ninety: takes a following one … nine into itself. */
  | { kind: 'tens'; digit: string }
  | { kind: 'repeat'; times: number }
  /** "oh": zero only after another digit. */
  | { kind: 'oh' }
  | { kind: 'magnitude' }
  | { kind: 'filler' };

const WORDS = new Map<string, EnglishWord>();
for (const [value, word] of UNITS.entries()) WORDS.set(word, { kind: 'digits', digits: String(value) });
for (const [value, word] of TEENS.entries()) WORDS.set(word, { kind: 'digits', digits: String(value + 10) });
for (const [value, word] of TENS.entries()) WORDS.set(word, { kind: 'tens', digit: String(value + 2) });
WORDS.set('nought', { kind: 'digits', digits: '0' });
WORDS.set('niner', { kind: 'digits', digits: '9' });
WORDS.set('double', { kind: 'repeat', times: 2 });
WORDS.set('triple', { kind: 'repeat', times: 3 });
WORDS.set('o', { kind: 'oh' });
WORDS.set('oh', { kind: 'oh' });
for (const word of ['hundred', 'thousand', 'million']) WORDS.set(word, { kind: 'magnitude' });
const FILLER_WORDS =
  'uh uhh um umm er erm hmm mm and then dash hyphen space comma dot point slash ok okay yes yeah so like next again';
for (const word of FILLER_WORDS.split(' ')) WORDS.set(word, { kind: 'filler' });

export const LONGEST_ENGLISH_WORD = 9;

export function englishWord(word: string): EnglishWord | undefined {
  return WORDS.get(word.toLowerCase());
}

/** Whether a text could hold spoken English digits at all. */
export const ENGLISH_DIGITS =
  /\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|double|triple|nought|niner)\b/i;

/** Longest first, so that 那个 is not read as an unknown 那. */
const CHINESE_FILLERS = `
  我看一下 我看看 等一下 稍等 接下来 接着是 后面是 然后是 再来是 逗号 空格 横杠 短横 横线
  那个 然后 就是 这个 还有 后面 接着 再来 没错 杠 嗯 呃 额 啊 哦 噢 喔 唔 诶 欸 哎 呀 呢 嘛 吧 哈 对 是 好`
  .trim()
  .split(/\s+/);
const FILLERS_BY_FIRST = new Map<string, string[]>();
for (const filler of CHINESE_FILLERS) {
  const first = filler.charAt(0);
  FILLERS_BY_FIRST.set(first, [...(FILLERS_BY_FIRST.get(first) ?? []), filler]);
}

/** Length of the filler that stands at `index`, 0 if none. */
export function chineseFiller(text: string, index: number): number {
  for (const filler of FILLERS_BY_FIRST.get(text.charAt(index)) ?? [])
    if (text.startsWith(filler, index)) return filler.length;
  return 0;
}
