import type { Chance } from './chance.js';

/** Phrases that rules look for in generated talk. */
export const PHRASES = ['投诉', '骗子', '您好', '工号', '12315', 'refund', "don't call", '退一赔三', 'mobile'] as const;

const FILLERS = ['嗯', '好的', '我想问一下', 'ok', '三点', '那个订单', '[MOBILE:7f3a]', '😀'];
const JOINTS = ['', '', '', '，', ' ', '。', '！', ', ', '. '];
const INSERTED = [' ', '-', '…', '  ', '---', '，', '\u200b', '😀', '。', '[MOBILE:7f3a]', '. ', "'", '一'];
const TRADITIONAL: Readonly<Record<string, string>> = { 诉: '訴', 骗: '騙', 号: '號', 赔: '賠' };
const SIMPLIFIED = new Map(Object.entries(TRADITIONAL).map(([simple, full]) => [full, simple]));

/** For the reference: what the traditional characters of this vocabulary are in simplified writing. */
export function simplify(char: string): string {
  return SIMPLIFIED.get(char) ?? char;
}

/** A few pieces of talk, some of them phrases, written the way people and recognisers write. */
export function sentence(chance: Chance): string {
  let text = '';
  for (let pieces = chance.between(0, 3); pieces > 0; pieces--) {
    text += chance.chance(0.65) ? written(chance.pick(PHRASES), chance) : chance.pick(FILLERS);
    if (pieces > 1) text += chance.pick(JOINTS);
  }
  return text;
}

/** The phrase as it is, or in another spelling that may or may not still be it. */
function written(phrase: string, chance: Chance): string {
  if (chance.chance(0.6)) return phrase;
  const letters = [...phrase];
  const at = chance.between(1, letters.length - 1);
  switch (chance.below(7)) {
    case 0:
      return letters.map((letter) => TRADITIONAL[letter] ?? letter).join('');
    case 1:
      return letters.map(fullWidth).join('');
    case 2:
      return phrase.toUpperCase();
    case 3:
      return letters.join(' ');
    case 4:
      return phrase.replaceAll(' ', '');
    case 5:
      return `${chance.pick(['x', '9', ''])}${phrase}${chance.pick(['s', '0', ''])}`;
    default:
      return [...letters.slice(0, at), chance.pick(INSERTED), ...letters.slice(at)].join('');
  }
}

function fullWidth(letter: string): string {
  const code = letter.charCodeAt(0);
  return letter.length === 1 && code > 0x20 && code < 0x7f ? String.fromCharCode(code + 0xfee0) : letter;
}
