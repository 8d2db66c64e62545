/** What a masked value was. DIGITS: a run that could be part of any of them, masked before it is known which. */
export const PERSONAL_DATA_TYPES = [
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
] as const;
export type PersonalDataType = (typeof PERSONAL_DATA_TYPES)[number];

/** Half-open range of UTF-16 units in the text that was given. */
export interface MaskedSpan {
  start: number;
  end: number;
  type: PersonalDataType;
}

/** A span with the normalised value behind it; never leaves this package. */
export interface Detection extends MaskedSpan {
  value: string;
}

/** What the words around a number say it is. `order` calms, every other kind makes shorter runs masked. */
export type ContextKind = 'code' | 'password' | 'cvv' | 'card' | 'id' | 'phone' | 'passport' | 'credit' | 'order';

/**
 * What is worth remembering of one leg for its next utterance. It holds no personal data, and safety does not
 * depend on it: a caller without it gets the same masks for every run that is long enough to matter.
 */
export interface LegState {
  /** The kind of number last asked for or announced, while nothing else was said for long. */
  context?: ContextKind;
  /** The utterance ended inside a run of digits, so the next one may begin with its continuation. */
  openDigits: boolean;
}

export interface Masked {
  text: string;
  /** Offsets in the original text, ascending, not overlapping. */
  spans: MaskedSpan[];
  /** For the leg's next utterance; worked out when it is read, so callers that keep no state pay nothing. */
  readonly state: LegState;
}

export interface Masker {
  /** Replaces personal data by `[TYPE:hash]`; text that is already masked is left as it is. */
  mask(text: string, state?: LegState): Masked;
  /**
   * Masks the utterances of one leg, in order, seeing over their borders: the pieces of one number share type and
   * hash. For files; live input is masked utterance by utterance.
   */
  maskSequence(texts: readonly string[]): Masked[];
  /** Keyed hash of a customer's identity, 32 hex digits; equal inputs (case, outer spaces aside) hash alike. */
  hashCustomer(value: string): string;
}
