import { randomBytes } from 'node:crypto';
import type { HintsClock } from './clock.js';
import type { Medium } from './medium.js';
import type { Here, PageKind, Presence } from './port.js';
import { type Pages, readWord, writeWord } from './presence-word.js';

/** What a process said holds for as long as it goes on saying it. */
export const HOLDS_MS = 12_000;
/** The place forgets a tenant that nobody speaks of. */
const KEEP_MS = 30_000;
/** A process that was not heard for so long is struck from the place. */
const STRIKE_MS = 60_000;
/** Nobody asked about it for so long: others are not asked about it either. */
const ASKED_MS = 60_000;

interface Node {
  beat: string;
  people: Pages;
  /** When it last said something new, by our clock: clocks of two machines are never compared. */
  heardMs: number;
}

interface House {
  own: Map<string, Map<PageKind, number>>;
  others: Map<string, Node>;
  answeredMs?: number;
  askedMs: number;
}

/** Who has pages open here, and what others last said of theirs. */
export interface PresenceCopy extends Presence {
  /** One question for each tenant that matters. */
  ask(medium: Medium): Promise<boolean>;
  /** Tells others that all pages here are closed. */
  leave(medium: Medium): Promise<void>;
}

export function createPresence(node: string, clock: HintsClock): PresenceCopy {
  const houses = new Map<string, House>();
  const boot = randomBytes(6).toString('base64url');
  let beats = 0;

  const houseOf = (tenant: string): House => {
    const known = houses.get(tenant);
    if (known) return known;
    const fresh: House = { own: new Map(), others: new Map(), askedMs: clock.now() };
    houses.set(tenant, fresh);
    return fresh;
  };

  async function askOf(medium: Medium, tenant: string, house: House): Promise<void> {
    beats += 1;
    const now = clock.now();
    const gone = [...house.others].flatMap(([name, { heardMs }]) => (now - heardMs > STRIKE_MS ? [name] : []));
    const said = writeWord(`${boot}.${beats}`, pagesOf(house.own));
    const heard = await medium.present({ tenant, node, said, gone, keepMs: KEEP_MS });
    house.answeredMs = clock.now();
    for (const name of gone) house.others.delete(name);
    for (const [name, text] of heard) {
      const word = name === node || gone.includes(name) ? undefined : readWord(text);
      if (word && word.beat !== house.others.get(name)?.beat) house.others.set(name, { ...word, heardMs: clock.now() });
    }
  }

  return {
    enter(tenant, staffNumber, page) {
      const { own } = houseOf(tenant);
      const pages = own.get(staffNumber) ?? new Map<PageKind, number>();
      own.set(staffNumber, pages.set(page, (pages.get(page) ?? 0) + 1));
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        const left = (pages.get(page) ?? 1) - 1;
        if (left > 0) pages.set(page, left);
        else pages.delete(page);
        if (pages.size === 0) own.delete(staffNumber);
      };
    },

    here(tenant): Here {
      const house = houseOf(tenant);
      const now = clock.now();
      house.askedMs = now;
      const people = new Map<string, Set<PageKind>>();
      const add = (pages: Pages) => {
        for (const [staffNumber, kinds] of pages)
          people.set(staffNumber, new Set([...(people.get(staffNumber) ?? []), ...kinds]));
      };
      add(pagesOf(house.own));
      for (const { people: theirs, heardMs } of house.others.values()) if (now - heardMs < HOLDS_MS) add(theirs);
      return { people, complete: house.answeredMs !== undefined && now - house.answeredMs < HOLDS_MS };
    },

    async ask(medium) {
      const now = clock.now();
      for (const [tenant, { own, askedMs }] of houses)
        if (own.size === 0 && now - askedMs > ASKED_MS) houses.delete(tenant);
      await Promise.all([...houses].map(([tenant, house]) => askOf(medium, tenant, house)));
      return houses.size > 0;
    },

    async leave(medium) {
      for (const house of houses.values()) house.own.clear();
      await Promise.all([...houses].map(([tenant, house]) => askOf(medium, tenant, house)));
    },
  };
}

function pagesOf(own: ReadonlyMap<string, ReadonlyMap<PageKind, number>>): Pages {
  return new Map([...own].map(([staffNumber, pages]) => [staffNumber, new Set(pages.keys())]));
}
