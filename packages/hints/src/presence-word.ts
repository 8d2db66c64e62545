import { z } from 'zod';
import { PAGE_KINDS, type PageKind } from './port.js';

export type Pages = ReadonlyMap<string, ReadonlySet<PageKind>>;

/** Beyond it a process leaves people out of what it tells others: they are still present in itself. */
export const MOST_PEOPLE = 20_000;
const LONGEST = 2 * 1024 * 1024;

const numbers = z.array(z.string().min(1).max(128)).max(MOST_PEOPLE);
const shape = z.strictObject({ beat: z.string().max(64), desk: numbers, wall: numbers });

/** What a process says of its pages. `beat` differs each time, so that others see that it lives. */
export function writeWord(beat: string, people: Pages): string {
  const of = (page: PageKind) =>
    [...people].flatMap(([staffNumber, pages]) => (pages.has(page) ? [staffNumber] : [])).slice(0, MOST_PEOPLE);
  return JSON.stringify({ beat, desk: of('desk'), wall: of('wall') });
}

/** Undefined for anything that no process of this version wrote. */
export function readWord(text: string): { beat: string; people: Pages } | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    const said = shape.parse(JSON.parse(text));
    const people = new Map<string, Set<PageKind>>();
    for (const page of PAGE_KINDS) {
      for (const staffNumber of said[page]) {
        const known = people.get(staffNumber);
        if (known) known.add(page);
        else people.set(staffNumber, new Set([page]));
      }
    }
    return { beat: said.beat, people };
  } catch {
    return undefined;
  }
}
