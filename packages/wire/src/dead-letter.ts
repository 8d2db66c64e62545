import type { DeadLetter, DeadLetterMark } from '@earshot/model';
import { copied, fromBytes, invalid, required, toBytes } from './codec.js';
import * as pb from './gen/earshot/v1/control.js';

export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  const { mark, headers = {} } = letter;
  const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return toBytes(pb.DeadLetter, {
    ...letter,
    headers: new Map(sorted),
    mark: mark && { replayedTo: undefined, ...mark },
  });
}

/** Throws `undecodable`, and `invalid` for a mark of an unknown kind. */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter {
  const { mark, headers: given, ...letter } = fromBytes(pb.DeadLetter, bytes);
  const headers = [...given].map(([name, value]) => [name, copied(value)] as const);
  return {
    ...letter,
    value: copied(letter.value),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(mark && { mark: markOf(mark) }),
  };
}

function markOf({ action, by, why, atMs, replayedTo }: pb.DeadLetterMark): DeadLetterMark {
  if (action === 'dropped') return { action, by, why, atMs };
  if (action !== 'replayed') throw invalid('mark.action', 'is unknown');
  return { action, by, why, atMs, replayedTo: required('mark.replayed_to', replayedTo) };
}
