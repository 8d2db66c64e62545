import type { DeadLetter } from '@earshot/model';
import { copied, fromBytes, toBytes } from './codec.js';
import * as pb from './gen/earshot/v1/control.js';

export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  return toBytes(pb.DeadLetter, letter);
}

export function decodeDeadLetter(bytes: Uint8Array): DeadLetter {
  const letter = fromBytes(pb.DeadLetter, bytes);
  return { ...letter, value: copied(letter.value) };
}
