/** Check digits and plausibility. Inputs are normalised: ASCII digits and capitals only. */

export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    let digit = digits.charCodeAt(i) - 48;
    if (twice) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Numbers that card schemes issue begin with 3 to 6, or with Mastercard's 2221 to 2720; UnionPay's older ones with 9. */
export function cardPrefix(digits: string): boolean {
  const four = Number(digits.slice(0, 4));
  return /^[3-69]/.test(digits) || (four >= 2131 && four <= 2720) || /^1800/.test(digits);
}

/** Provinces of GB/T 2260, the first two digits of a resident id. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643 with its ISO 7064 mod 11-2 check character. */
export function residentId18(value: string): boolean {
  if (value.length !== 18 || !PROVINCE.test(value) || !birthDate(value.slice(6, 14))) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (value.charCodeAt(i) - 48) * (ID_WEIGHTS[i] ?? 0);
  return '10X98765432'.charAt(sum % 11) === value.charAt(17);
}

/** The form issued until 1999 has no check digit: province and a birth date are all there is. */
export function residentId15(value: string): boolean {
  return value.length === 15 && PROVINCE.test(value) && birthDate(`19${value.slice(6, 12)}`);
}

function birthDate(yyyymmdd: string): boolean {
  return /^(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(yyyymmdd);
}

const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** GB 32100, mod 31. */
export function creditCode(value: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(value)) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += CREDIT_ALPHABET.indexOf(value.charAt(i)) * (CREDIT_WEIGHTS[i] ?? 0);
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31) === value.charAt(17);
}

/** ISO 13616: mod 97 over the rearranged value. */
export function iban(value: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(value)) return false;
  let rest = 0;
  for (const char of value.slice(4) + value.slice(0, 4)) {
    const code = char.charCodeAt(0);
    rest = code >= 65 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97;
  }
  return rest === 1;
}

export function ssnArea(digits: string): boolean {
  return (
    digits.length === 9 && !/^(?:000|666|9)/.test(digits) && digits.slice(3, 5) !== '00' && !digits.endsWith('0000')
  );
}
