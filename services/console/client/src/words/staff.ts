import type { Names } from '../live/state.js';

/** 李晓 10001; only the number where nobody of that number is known. */
export function staffText(names: Names, staffNumber: string): string {
  const name = Object.hasOwn(names, staffNumber) ? names[staffNumber] : undefined;
  return name ? `${name} ${staffNumber}` : staffNumber;
}

/** Those who had a conversation, first to last. */
export function staffTexts(names: Names, staffNumbers: readonly string[]): string {
  return staffNumbers.map((staffNumber) => staffText(names, staffNumber)).join(' → ') || '–';
}
