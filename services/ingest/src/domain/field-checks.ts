import { EVENT_LIMITS } from './limits.js';
import { type Refusal, refuse } from './refusal.js';

/** The first of these that is a refusal decides; undefined: the field is fine. */
export type Check = Refusal | undefined;

/** Visible characters only, no spaces: an id stands in keys, paths and anchors. Lone surrogates are not visible. */
const ID = /^[^\s\p{C}]+$/u;
/** Names may have single spaces inside. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/;

export function firstRefusal(...checks: Check[]): Check {
  return checks.find((check) => check !== undefined);
}

export function checkId(field: string, value: string): Check {
  if (value.length === 0) return refuse('id-missing', `${field} is missing`);
  if (value.length > EVENT_LIMITS.idChars)
    return refuse('id-too-long', `${field}: at most ${EVENT_LIMITS.idChars} characters`);
  return ID.test(value) ? undefined : refuse('id-invalid', `${field}: visible characters without spaces only`);
}

export function checkOptionalId(field: string, value: string | undefined): Check {
  return value === undefined ? undefined : checkId(field, value);
}

export function checkName(field: string, value: string | undefined, longest: number = EVENT_LIMITS.nameChars): Check {
  if (value === undefined) return undefined;
  if (value.length > longest) return refuse('name-too-long', `${field}: at most ${longest} characters`);
  return NAME.test(value) ? undefined : refuse('name-invalid', `${field}: visible characters only, not empty`);
}

/** Text is refused, not repaired, when it is no Unicode: a replaced character is another word. */
export function checkText(field: string, value: string | undefined): Check {
  if (value === undefined) return undefined;
  if (/\p{Surrogate}/u.test(value))
    return refuse('text-not-unicode', `${field}: holds half a character (lone surrogate)`);
  const { textBytes } = EVENT_LIMITS;
  // A UTF-16 unit takes at most three bytes, so most texts need no counting.
  if (value.length * 3 <= textBytes || Buffer.byteLength(value) <= textBytes) return undefined;
  return refuse('text-too-long', `${field}: at most ${textBytes} bytes of UTF-8`);
}

export function checkLanguage(field: string, value: string | undefined): Check {
  if (value === undefined || LANGUAGE.test(value)) return undefined;
  return refuse('language-invalid', `${field}: a tag like zh-CN`);
}

export function checkTime(field: string, value: number, nowMs: number): Check {
  if (!Number.isSafeInteger(value)) return refuse('time-invalid', `${field}: whole epoch milliseconds`);
  const { earliestMs, aheadMs } = EVENT_LIMITS;
  if (value < earliestMs)
    return refuse('time-too-early', `${field}: before the year 2000; epoch milliseconds are meant`);
  if (value > nowMs + aheadMs) return refuse('time-too-far', `${field}: more than 24 hours ahead of our clock`);
  return undefined;
}

export function checkCount(field: string, value: number, highest: number): Check {
  if (Number.isSafeInteger(value) && value >= 0 && value <= highest) return undefined;
  return refuse('number-out-of-range', `${field}: a whole number from 0 to ${highest}`);
}

export function checkMap(field: string, map: Record<string, string>): Check {
  const entries = Object.entries(map);
  const { mapEntries, mapKeyChars, mapValueChars } = EVENT_LIMITS;
  if (entries.length > mapEntries) return refuse('map-too-large', `${field}: at most ${mapEntries} entries`);
  for (const [key, value] of entries) {
    const keyFault = checkName(`a key of ${field}`, key, mapKeyChars);
    if (keyFault) return keyFault;
    if (value.length > mapValueChars) {
      return refuse('map-value-too-long', `a value of ${field}: at most ${mapValueChars} characters`);
    }
    const valueFault = checkText(`a value of ${field}`, value);
    if (valueFault) return valueFault;
  }
  return undefined;
}
