import { compareHeard, type Heard } from './heard.js';

/** Anything that stands in a list by its utterance. */
export interface Placed {
  heard: Heard;
}

/** Where the utterance stands in the list, or would. */
export function placeOf<T>(list: readonly T[], heard: Heard, heardOf: (item: T) => Heard): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHeard(heardOf(list[middle] as T), heard) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function insert<T>(list: T[], item: T, heardOf: (item: T) => Heard): void {
  const heard = heardOf(item);
  const last = list.at(-1);
  // Most of what is said is said last.
  if (last === undefined || compareHeard(heardOf(last), heard) < 0) list.push(item);
  else list.splice(placeOf(list, heard, heardOf), 0, item);
}

export function take<T>(list: T[], heard: Heard, heardOf: (item: T) => Heard): void {
  const place = placeOf(list, heard, heardOf);
  const item = list[place];
  if (item !== undefined && heardOf(item) === heard) list.splice(place, 1);
}

export const itself = (heard: Heard): Heard => heard;
export const itsHeard = (placed: Placed): Heard => placed.heard;
