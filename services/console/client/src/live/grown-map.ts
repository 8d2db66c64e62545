/** Copied with each entry; more of them wait until they are worth a copy of the whole. */
const MOST_RECENT = 128;

/**
 * A map that never changes: `with` and `without` give another one, at the cost of the few entries that were changed
 * last and not of all. A wall holds thousands of alerts, and after a reconnect they all come at once.
 */
export class GrownMap<K, V> implements ReadonlyMap<K, V> {
  private constructor(
    private readonly base: ReadonlyMap<K, V>,
    /** What differs from the base; undefined: is not there any more. */
    private readonly recent: ReadonlyMap<K, V | undefined>,
    readonly size: number,
  ) {}

  static of<K, V>(map: ReadonlyMap<K, V>): GrownMap<K, V> {
    return map instanceof GrownMap ? map : new GrownMap<K, V>(map, new Map(), map.size);
  }

  with(key: K, value: V): GrownMap<K, V> {
    return this.changed(key, value, this.has(key) ? 0 : 1);
  }

  without(key: K): GrownMap<K, V> {
    return this.has(key) ? this.changed(key, undefined, -1) : this;
  }

  has(key: K): boolean {
    return this.recent.has(key) ? this.recent.get(key) !== undefined : this.base.has(key);
  }

  get(key: K): V | undefined {
    return this.recent.has(key) ? this.recent.get(key) : this.base.get(key);
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.base) {
      const now = this.recent.has(key) ? this.recent.get(key) : value;
      if (now !== undefined) yield [key, now];
    }
    for (const [key, value] of this.recent) if (value !== undefined && !this.base.has(key)) yield [key, value];
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  private changed(key: K, value: V | undefined, difference: number): GrownMap<K, V> {
    const recent = new Map(this.recent).set(key, value);
    const size = this.size + difference;
    const next = new GrownMap(this.base, recent, size);
    return recent.size <= MOST_RECENT ? next : new GrownMap<K, V>(new Map(next.entries()), new Map(), size);
  }
}
