import { hash } from 'node:crypto';
import { EarshotError } from '@earshot/model';

/** Order of the columns of the weight table. */
export const HEADS = ['negative', 'neutral', 'positive', 'anger', 'offensive'] as const;
export type Head = (typeof HEADS)[number];

/** One column: logit = bias + scale × (sum of its whole-number weights) ÷ √(number of features). */
export interface HeadTerms {
  scale: number;
  bias: number;
}

export interface SentimentModel {
  /** Of the file's bytes, 16 hex digits: a score belongs to it. */
  hash: string;
  name: string;
  bucketBits: number;
  heads: Record<Head, HeadTerms>;
  /** `weights[bucket * HEADS.length + head]`. */
  weights: Int8Array;
}

const MAGIC = 0x314d5345; // "ESM1"
const HEADER_BYTES = 8;

/** Magic, length of the JSON head, JSON head, weights. Equal models give equal bytes. */
export function encodeModel({ name, bucketBits, heads, weights }: Omit<SentimentModel, 'hash'>): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify({ name, bucketBits, heads }));
  const bytes = new Uint8Array(HEADER_BYTES + head.length + weights.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, head.length, true);
  bytes.set(head, HEADER_BYTES);
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), HEADER_BYTES + head.length);
  return bytes;
}

/** Throws `model-invalid` for bytes that are not a whole model. */
export function decodeModel(bytes: Uint8Array): SentimentModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw invalid('it does not begin like one');
  const from = HEADER_BYTES + view.getUint32(4, true);
  const { name, bucketBits, heads } = headOf(bytes.subarray(HEADER_BYTES, from));
  if (!Number.isInteger(bucketBits) || bucketBits < 8 || bucketBits > 22) throw invalid('its size is not usable');
  for (const head of HEADS) {
    if (!Number.isFinite(heads?.[head]?.scale) || !Number.isFinite(heads[head].bias)) throw invalid(`no head ${head}`);
  }
  if (bytes.length !== from + 2 ** bucketBits * HEADS.length) throw invalid('it is cut short or too long');
  // A copy: `slice` of a Buffer would share the whole pool.
  const weights = Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset + from, bytes.length - from));
  return { hash: hash('sha256', bytes).slice(0, 16), name, bucketBits, heads, weights };
}

function headOf(bytes: Uint8Array): Omit<SentimentModel, 'hash' | 'weights'> {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw invalid('its head cannot be read', error);
  }
}

function invalid(what: string, cause?: unknown): EarshotError {
  return new EarshotError('model-invalid', `not a sentiment model: ${what}`, { cause });
}
