import type { DeadLetter } from '@earshot/model';
import { copied, fromBytes, toBytes } from './codec.js';
import * as pb from './gen/earshot/v1/control.js';

export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  const headers = Object.entries(letter.headers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return toBytes(pb.DeadLetter, { ...letter, headers: new Map(headers) });
}

export function decodeDeadLetter(bytes: Uint8Array): DeadLetter {
  const { headers: given, ...letter } = fromBytes(pb.DeadLetter, bytes);
  const headers = [...given].map(([name, value]) => [name, copied(value)] as const);
  return {
    ...letter,
    value: copied(letter.value),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
  };
}
