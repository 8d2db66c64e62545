/**
 * The engine that all statements here were run on. Older ones differ in what they let a view compute (a tuple that may
 * be absent) and in what an insert's token covers.
 */
export const PROVEN_VERSION = '26.7';

/** `26.7.2.1`, `26.8.1.1-lts` … */
export function isProven(found: string): boolean {
  const [year, month] = numbers(found);
  const [provenYear, provenMonth] = numbers(PROVEN_VERSION);
  return year > provenYear || (year === provenYear && month >= provenMonth);
}

function numbers(version: string): [number, number] {
  const [year = '', month = ''] = version.split('.');
  return [Number.parseInt(year, 10) || 0, Number.parseInt(month, 10) || 0];
}
