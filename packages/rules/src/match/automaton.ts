/**
 * Moves on letter codes 1 … alphabet−1. A state is the place of its four cells in `cells`; 0 is the root.
 *
 * - BASE + code, times four, is the child; its PARENT names the state, or the child is another's.
 * - CHILDREN has a bit for each `code & 31` of a child: most letters do not go on, and need not look where a child would be.
 * - BACK is the longest shorter state, with FOUND in its lowest bit if a pattern ends here or in a shorter state.
 */
export interface Automaton {
  readonly cells: Int32Array;
  /** Where each code leads from the root. */
  readonly root: Int32Array;
  /** By state / 4: the state itself if a pattern ends there, else the nearest shorter one with a pattern, −1 if none. */
  readonly ending: Int32Array;
  /** By state / 4: the next shorter state with a pattern, −1 if none. */
  readonly shorter: Int32Array;
  /** By state / 4: the pattern that ends there. */
  readonly pattern: Int32Array;
  /** By state / 4: letters since the root. */
  readonly depth: Int32Array;
}

export const BASE = 0;
export const PARENT = 1;
export const CHILDREN = 2;
export const BACK = 3;
export const FOUND = 1;
export const TO_STATE = ~3;

interface Trie {
  children: Map<number, number>[];
  fail: Int32Array;
  firstOut: Int32Array;
  /** Breadth first, the root first. */
  order: number[];
}

/** `patterns[i]` is a list of letter codes; equal patterns must have been merged before. */
export function buildAutomaton(patterns: readonly (readonly number[])[], alphabet: number): Automaton {
  const trie = buildTrie(patterns);
  const { slotOf, base, check } = placeStates(trie, alphabet);
  const size = check.length;
  const cells = new Int32Array(size * 4);
  for (let slot = 0; slot < size; slot++) cells[slot * 4 + PARENT] = -1;
  const automaton = {
    cells,
    root: new Int32Array(alphabet),
    ending: new Int32Array(size).fill(-1),
    shorter: new Int32Array(size).fill(-1),
    pattern: new Int32Array(size).fill(-1),
    depth: new Int32Array(size),
  };
  const { root, ending, shorter, pattern, depth } = automaton;
  for (const node of trie.order) {
    const slot = slotOf[node] as number;
    const state = slot * 4;
    const back = (slotOf[trie.fail[node] as number] as number) * 4;
    pattern[slot] = trie.firstOut[node] as number;
    if (node !== 0) shorter[slot] = ending[back / 4] as number;
    ending[slot] = (pattern[slot] as number) >= 0 ? state : (shorter[slot] as number);
    cells[state + BASE] = base[slot] as number;
    cells[state + BACK] = back | ((ending[slot] as number) >= 0 ? FOUND : 0);
    for (const [code, child] of trie.children[node] as Map<number, number>) {
      const childSlot = slotOf[child] as number;
      cells[childSlot * 4 + PARENT] = state;
      cells[state + CHILDREN] = (cells[state + CHILDREN] as number) | (1 << code);
      depth[childSlot] = (depth[slot] as number) + 1;
      if (node === 0) root[code] = childSlot * 4;
    }
  }
  return automaton;
}

function buildTrie(patterns: readonly (readonly number[])[]): Trie {
  const children: Map<number, number>[] = [new Map()];
  const outs: number[] = [-1];
  patterns.forEach((codes, pattern) => {
    let node = 0;
    for (const code of codes) {
      const edges = children[node] as Map<number, number>;
      let child = edges.get(code);
      if (child === undefined) {
        child = children.length;
        edges.set(code, child);
        children.push(new Map());
        outs.push(-1);
      }
      node = child;
    }
    outs[node] = pattern;
  });
  const fail = new Int32Array(children.length);
  const order = [0];
  for (let head = 0; head < order.length; head++) {
    const node = order[head] as number;
    for (const [code, child] of children[node] as Map<number, number>) {
      order.push(child);
      if (node === 0) continue;
      let back = fail[node] as number;
      while (back !== 0 && !children[back]?.has(code)) back = fail[back] as number;
      fail[child] = children[back]?.get(code) ?? 0;
    }
  }
  return { children, fail, firstOut: Int32Array.from(outs), order };
}

/** The scanner has this written out in its loop. */
export function step({ cells, root }: Automaton, from: number, code: number): number {
  for (let state = from; state !== 0; state = (cells[state + BACK] as number) & TO_STATE) {
    const next = ((cells[state + BASE] as number) + code) * 4;
    if (cells[next + PARENT] === state) return next;
  }
  return root[code] as number;
}

/** Gives each node a slot so that slot(child) = base(node) + code; `check` names the parent, −1 means free. */
function placeStates(trie: Trie, alphabet: number): { slotOf: Int32Array; base: Int32Array; check: Int32Array } {
  const slotOf = new Int32Array(trie.children.length);
  let size = Math.max(1024, trie.children.length * 2 + alphabet * 2);
  let base = new Int32Array(size);
  let check = new Int32Array(size).fill(-1);
  let firstFree = 1;
  for (const node of trie.order) {
    const codes = [...(trie.children[node] as Map<number, number>).keys()];
    if (codes.length === 0) continue;
    const lowest = Math.min(...codes);
    let tries = 0;
    let at = Math.max(firstFree, lowest + 1);
    for (; ; at++) {
      if (at + alphabet >= size) {
        const grown = size * 2;
        const olderBase = base;
        const olderCheck = check;
        base = new Int32Array(grown);
        base.set(olderBase);
        check = new Int32Array(grown).fill(-1);
        check.set(olderCheck);
        size = grown;
      }
      if (check[at] !== -1) continue;
      tries++;
      const start = at - lowest;
      if (codes.every((code) => check[start + code] === -1)) break;
    }
    // A stretch that cost many attempts is nearly full: later nodes start behind it.
    if (tries > 64) firstFree = at;
    while (check[firstFree] !== -1) firstFree++;
    const parent = slotOf[node] as number;
    const start = at - lowest;
    base[parent] = start;
    for (const [code, child] of trie.children[node] as Map<number, number>) {
      check[start + code] = parent;
      slotOf[child] = start + code;
    }
    while (check[firstFree] !== -1) firstFree++;
  }
  return { slotOf, base, check: trimmed(check, alphabet) };
}

function trimmed(check: Int32Array, alphabet: number): Int32Array {
  let used = check.length - 1;
  while (used > 0 && check[used] === -1) used--;
  return check.subarray(0, Math.min(check.length, used + alphabet + 2));
}
