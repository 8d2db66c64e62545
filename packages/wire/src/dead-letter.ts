import type { DeadLetter, DeadLetterMark } from '@earshot/model';
import { copied, fromBytes, invalid, required, toBytes } from './codec.js';
import * as pb from './gen/earshot/v1/control.js';

export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  const { mark } = letter;
  return toBytes(pb.DeadLetter, { ...letter, mark: mark && { replayedTo: undefined, ...mark } });
}

/** Throws `undecodable`, and `invalid` for a mark of an unknown kind. */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter {
  const { mark, ...letter } = fromBytes(pb.DeadLetter, bytes);
  return { ...letter, value: copied(letter.value), ...(mark && { mark: markOf(mark) }) };
}

function markOf({ action, by, why, atMs, replayedTo }: pb.DeadLetterMark): DeadLetterMark {
  if (action === 'dropped') return { action, by, why, atMs };
  if (action !== 'replayed') throw invalid('mark.action', 'is unknown');
  return { action, by, why, atMs, replayedTo: required('mark.replayed_to', replayedTo) };
}
