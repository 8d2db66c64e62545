/** What ingest masks, by the names it writes; a page must not carry the code that finds them. */
export const MASK_TYPES = [
  'ID_CARD',
  'BANK_CARD',
  'MOBILE',
  'LANDLINE',
  'PHONE',
  'EMAIL',
  'VERIFICATION_CODE',
  'CVV',
  'PASSWORD',
  'PLATE',
  'CREDIT_CODE',
  'PASSPORT',
  'IP',
  'US_SSN',
  'IBAN',
  'DIGITS',
];

export interface Mask {
  type: string;
  /** Equal values have equal hashes; empty where a quote was cut inside the token. */
  hash: string;
  /** Half-open range of UTF-16 units. */
  start: number;
  end: number;
}

// A quote is cut at a length and may end inside a token.
const TOKEN = new RegExp(`\\[(${MASK_TYPES.join('|')}):(?:([0-9a-f]{6})\\]|[0-9a-f]{0,6}$)`, 'g');

/** Where personal data stood in a text that has passed ingest. */
export function masksIn(text: string): Mask[] {
  if (!text.includes('[')) return [];
  return [...text.matchAll(TOKEN)].map((match) => ({
    type: match[1] ?? '',
    hash: match[2] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
}
