import type { Program, RoleMask, Rule, Slot } from '../language/program.js';
import { compareHeard, type Heard } from './heard.js';

/** Everything heard, in order, and for each slot those utterances that may satisfy it. */
export class Floor {
  private readonly heard = new Map<string, Heard>();
  private readonly candidates = new Map<number, Heard[]>();
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
    insert(this.sorted, heard);
    for (const order of this.orders.values()) if (belongs(heard, order)) insert(order.list, heard);
    for (const slot of heard.slots) {
      const list = this.candidates.get(slot.index);
      if (list) insert(list, heard);
      else this.candidates.set(slot.index, [heard]);
    }
  }

  remove(heard: Heard): void {
    this.heard.delete(heard.anchor);
    take(this.sorted, heard);
    for (const order of this.orders.values()) if (belongs(heard, order)) take(order.list, heard);
    for (const slot of heard.slots) {
      const list = this.candidates.get(slot.index);
      if (list && take(list, heard) && list.length === 0) this.candidates.delete(slot.index);
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

  candidatesOf(slot: Slot, rule: Rule): readonly Heard[] {
    return slot.triggers ? (this.candidates.get(slot.index) ?? []) : this.order(rule.roles, rule.partial);
  }

  private slotsOf(heard: Heard): Slot[] {
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

/** Where it stands in the list, or would. */
export function placeOf(list: readonly Heard[], heard: Heard): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHeard(list[middle] as Heard, heard) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function belongs(heard: Heard, order: { mask: RoleMask; partial: boolean }): boolean {
  return (order.mask & heard.roleBit) !== 0 && (order.partial || !heard.open);
}

function insert(list: Heard[], heard: Heard): void {
  list.splice(placeOf(list, heard), 0, heard);
}

function take(list: Heard[], heard: Heard): boolean {
  const place = placeOf(list, heard);
  if (list[place] !== heard) return false;
  list.splice(place, 1);
  return true;
}
