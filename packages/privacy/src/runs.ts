import { AFTER_DIGITS, BARRIER, classes, GAP, GLUE, HAN_DIGIT, LATIN, SOFT, SOFT_DIGITS } from './characters.js';
import { chineseFiller, englishWord, LONGEST_ENGLISH_WORD } from './spoken.js';

/** Digits with nothing between them (one spoken English word is a group of its own), in folded offsets. */
export interface Group {
  from: number;
  to: number;
  digits: string;
  script: 'arabic' | 'han' | 'english';
  /** 十百千万亿, hundred …: no digits of its own, parts two groups of an amount or of a badly transcribed number. */
  glue?: true;
}

/** Groups that may be one number: only punctuation and filler words between them. Never empty. */
export type Run = Group[];

export interface Runs {
  runs: Run[];
  /** The text holds digits, gaps and fillers, and nothing else. */
  pure: boolean;
}

/** Longer gaps part two numbers. */
const GAP_LIMIT = 24;

export function findRuns(text: string, skip: readonly { from: number; to: number }[]): Runs {
  const table = classes();
  const runs: Run[] = [];
  let run: Group[] = [];
  let pure = true;
  let skipped = 0;
  let repeat = 1;
  const close = () => {
    while (run.at(-1)?.glue && run.length > 1 && run.at(-2)?.glue) run.pop();
    if (run.some((group) => !group.glue)) runs.push(run);
    run = [];
    repeat = 1;
  };
  const add = (group: Group) => {
    const last = run.at(-1);
    if (last && group.from - last.to > GAP_LIMIT) close();
    run.push(group);
  };

  for (let i = 0; i < text.length; ) {
    const masked = skip[skipped];
    if (masked && masked.from <= i) {
      close();
      pure = false;
      i = masked.to;
      skipped++;
      continue;
    }
    const kind = table[text.charCodeAt(i)] ?? GAP;
    if (kind < AFTER_DIGITS) {
      const to = endOfDigits(text, i, masked?.from ?? text.length, table);
      add({ from: i, to, digits: digitsOf(text, i, to, table), script: kind < HAN_DIGIT ? 'arabic' : 'han' });
      i = to;
    } else if (kind === GAP) {
      i++;
    } else if (kind === GLUE) {
      pure = false;
      add({ from: i, to: i + 1, digits: '', script: 'han', glue: true });
      i++;
    } else if (kind === LATIN) {
      const to = endOfWord(text, i, table);
      const word = to - i <= LONGEST_ENGLISH_WORD ? englishWord(text.slice(i, to)) : undefined;
      const last = run.at(-1);
      const before = i > 0 ? (table[text.charCodeAt(i - 1)] ?? GAP) : GAP;
      if (!word || before < AFTER_DIGITS || (word.kind === 'oh' && last?.script !== 'english')) {
        close();
        pure = false;
      } else if (word.kind === 'repeat') {
        repeat = word.times;
      } else if (word.kind === 'magnitude') {
        pure = false;
        add({ from: i, to, digits: '', script: 'english', glue: true });
      } else if (word.kind === 'tens') {
        add({ from: i, to, digits: `${word.digit}0`, script: 'english' });
      } else if (word.kind === 'digits' || word.kind === 'oh') {
        addEnglish(
          run,
          add,
          { from: i, to, digits: word.kind === 'oh' ? '0' : word.digits, script: 'english' },
          repeat,
        );
        repeat = 1;
      }
      i = to;
    } else {
      const filler = kind === BARRIER ? 0 : chineseFiller(text, i);
      const soft = kind === SOFT && run.at(-1)?.script === 'han' ? SOFT_DIGITS[text.charAt(i)] : undefined;
      if (soft !== undefined) add({ from: i, to: i + 1, digits: String(soft), script: 'han' });
      else if (filler === 0) {
        close();
        pure = false;
      }
      i += Math.max(1, filler);
    }
  }
  close();
  return { runs, pure };
}

/** "forty two" is 42, and "double three" is 33 although one word names it. */
function addEnglish(run: Run, add: (group: Group) => void, group: Group, repeat: number): void {
  const last = run.at(-1);
  const joinsTens =
    last?.script === 'english' && /^[2-9]0$/.test(last.digits) && /^[1-9]$/.test(group.digits) && repeat === 1;
  if (joinsTens && last && group.from - last.to <= 1) {
    last.digits = last.digits.charAt(0) + group.digits;
    last.to = group.to;
  } else {
    add({ ...group, digits: group.digits.repeat(repeat) });
  }
}

/** Where the script changes a new group begins: in 67028866三个 the three is counted, not dialled. */
function endOfDigits(text: string, from: number, limit: number, table: Uint8Array): number {
  const han = (table[text.charCodeAt(from)] ?? GAP) >= HAN_DIGIT;
  const joins = (kind: number) => kind < AFTER_DIGITS && kind >= HAN_DIGIT === han;
  let i = from;
  while (i < limit) {
    if (joins(table[text.charCodeAt(i)] ?? GAP)) i++;
    else if (i > from && lettersAsDigits(text, i, table) > 0) i += lettersAsDigits(text, i, table);
    else if (table[text.charCodeAt(i)] === SOFT && (table[text.charCodeAt(i + 1)] ?? GAP) < AFTER_DIGITS && i > from)
      i++;
    else break;
  }
  return i;
}

function digitsOf(text: string, from: number, to: number, table: Uint8Array): string {
  const slice = text.slice(from, to);
  if (/^\d*$/.test(slice)) return slice;
  const digits: string[] = [];
  for (const char of slice) {
    const kind = table[char.charCodeAt(0)] ?? GAP;
    digits.push(kind < AFTER_DIGITS ? String(kind % 10) : letterAsDigit(char) || String(SOFT_DIGITS[char] ?? ''));
  }
  return digits.join('');
}

/** How many letters from here stand for digits, because a digit follows them. */
function lettersAsDigits(text: string, from: number, table: Uint8Array): number {
  let to = from;
  while (to - from < 4 && letterAsDigit(text.charAt(to)) !== '') to++;
  return (table[text.charCodeAt(to)] ?? GAP) < AFTER_DIGITS ? to - from : 0;
}

/** Letters that are typed or recognised for digits, trusted only between two digits. */
function letterAsDigit(char: string): string {
  return char === 'O' || char === 'o' ? '0' : char === 'l' || char === 'I' ? '1' : '';
}

function endOfWord(text: string, from: number, table: Uint8Array): number {
  let i = from + 1;
  while (i < text.length && table[text.charCodeAt(i)] === LATIN) i++;
  return i;
}
