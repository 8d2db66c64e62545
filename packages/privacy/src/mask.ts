import { createHmac } from 'node:crypto';
import { EarshotError } from '@earshot/model';
import { type Detected, detect } from './detect.js';
import { detectSequence } from './sequence.js';
import type { Detection, Masked, MaskedSpan, Masker } from './types.js';

const HASH_LENGTH = 6;
const SHORTEST_KEY = 16;

/** `key` belongs to one tenant and never changes: at least 16 bytes (a string counts in UTF-8). */
export function createMasker({ key }: { key: Uint8Array | string }): Masker {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : Buffer.from(key);
  if (bytes.length < SHORTEST_KEY) {
    throw new EarshotError('privacy.key-too-short', `The masking key must have at least ${SHORTEST_KEY} bytes.`, {
      detail: { bytes: bytes.length },
    });
  }
  const hash = (purpose: string, value: string) =>
    createHmac('sha256', bytes).update(`${purpose}\0${value}`).digest('hex');
  const masked = (text: string, { detections, state }: Detected): Masked => ({
    text: replace(text, detections, (value) => hash('mask', value).slice(0, HASH_LENGTH)),
    spans: detections.map(withoutValue),
    get state() {
      return state();
    },
  });
  return {
    mask: (text, before) => masked(text, detect(text, before)),
    maskSequence: (texts) => detectSequence(texts).map((detected, i) => masked(texts[i] ?? '', detected)),
    hashCustomer: (value) => hash('customer', value.trim().toLowerCase()).slice(0, 32),
  };
}

/** Detects without masking. For tests that search logs, topics and files for personal data. */
export function findPersonalData(text: string): MaskedSpan[] {
  return detect(text).detections.map(withoutValue);
}

function replace(text: string, detections: Detection[], hash: (value: string) => string): string {
  if (detections.length === 0) return text;
  const hashes = new Map<string, string>();
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, type, value } of detections) {
    const known = hashes.get(value) ?? hash(value);
    hashes.set(value, known);
    parts.push(text.slice(at, start), `[${type}:${known}]`);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

function withoutValue({ start, end, type }: Detection): MaskedSpan {
  return { start, end, type };
}
