import type { Program, RoleMask, Rule, Slot } from '../language/program.js';
import { compareHeard, type Heard, NO_SLOTS } from './heard.js';
import { insert, itself, itsHeard, take } from './order.js';
import { ALONE, readingFor, type Spoken } from './satisfy.js';

/**
 * Everything heard, in order, and for each slot those utterances that may satisfy it; where the words alone decide, those
 * that do.
 */
export class Floor {
  private readonly heard = new Map<string, Heard>();
  private readonly candidates = new Map<number, Heard[]>();
  private readonly spoken = new Map<number, Spoken[]>();
  /** Ordered utterances of a set of roles, made when a rule first asks. */
  private readonly orders = new Map<string, { mask: RoleMask; partial: boolean; list: Heard[] }>();
  private readonly sorted: Heard[] = [];

  constructor(private readonly program: Program) {}

  get(anchor: string): Heard | undefined {
    return this.heard.get(anchor);
  }

  /** All of them, whoever spoke, in order. */
  all(): readonly Heard[] {
    return this.sorted;
  }

  /** Whether nothing stands behind it. */
  isLatest(heard: Heard): boolean {
    const latest = this.sorted.at(-1);
    return !latest || compareHeard(heard, latest) >= 0;
  }

  add(heard: Heard): void {
    heard.slots = this.slotsOf(heard);
    this.heard.set(heard.anchor, heard);
    insert(this.sorted, heard, itself);
    for (const order of this.orders.values()) if (belongs(heard, order)) insert(order.list, heard, itself);
    for (const slot of heard.slots) {
      if (slot.scoped) insert(listOf(this.candidates, slot), heard, itself);
      else {
        const reading = readingFor(slot.formula, heard, ALONE);
        if (reading) insert(listOf(this.spoken, slot), { heard, reading, slot }, itsHeard);
      }
    }
  }

  remove(heard: Heard): void {
    this.heard.delete(heard.anchor);
    take(this.sorted, heard, itself);
    for (const order of this.orders.values()) if (belongs(heard, order)) take(order.list, heard, itself);
    for (const slot of heard.slots) {
      if (slot.scoped) take(listOf(this.candidates, slot), heard, itself);
      else take(listOf(this.spoken, slot), heard, itsHeard);
    }
  }

  /** Existing utterances of these roles, for rules on finals or on partials. */
  order(mask: RoleMask, partial: boolean): readonly Heard[] {
    const key = `${mask} ${partial}`;
    const known = this.orders.get(key);
    if (known) return known.list;
    const order = { mask, partial, list: this.sorted.filter((heard) => belongs(heard, { mask, partial })) };
    this.orders.set(key, order);
    return order.list;
  }

  /** Those that satisfy a slot that the words alone decide; undefined for the other slots. */
  spokenOf(slot: Slot): readonly Spoken[] | undefined {
    return slot.scoped || !slot.triggers ? undefined : (this.spoken.get(slot.index) ?? []);
  }

  candidatesOf(slot: Slot, rule: Rule): readonly Heard[] {
    return slot.triggers ? (this.candidates.get(slot.index) ?? []) : this.order(rule.roles, rule.partial);
  }

  private slotsOf(heard: Heard): readonly Slot[] {
    if (heard.readings.every(({ scan }) => scan.hits.length === 0)) return NO_SLOTS;
    const found = new Set<Slot>();
    for (const { scan } of heard.readings) {
      for (let i = 0; i < scan.hits.length; i += 3) {
        for (const slot of this.program.slotsOfPhrase[scan.hits[i] as number] ?? []) {
          if (this.hears(slot, heard)) found.add(slot);
        }
      }
    }
    return [...found];
  }

  hears(slot: Slot, heard: Heard): boolean {
    const rule = this.program.rules[slot.rule] as Rule;
    return (rule.roles & heard.roleBit) !== 0 && (rule.partial || !heard.open);
  }
}

function belongs(heard: Heard, order: { mask: RoleMask; partial: boolean }): boolean {
  return (order.mask & heard.roleBit) !== 0 && (order.partial || !heard.open);
}

function listOf<T>(lists: Map<number, T[]>, slot: Slot): T[] {
  const known = lists.get(slot.index);
  if (known) return known;
  const list: T[] = [];
  lists.set(slot.index, list);
  return list;
}
