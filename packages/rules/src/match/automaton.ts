/** Moves on letter codes 1 … alphabet−1; state 0 is the root. */
export interface Automaton extends AutomatonOuts {
  next(state: number, code: number): number;
}

interface AutomatonOuts {
  readonly alphabet: number;
  /** First pattern that ends in the state, −1 if none. */
  readonly firstOut: Int32Array;
  /** Nearest shorter state with a pattern, −1 if none. */
  readonly shorter: Int32Array;
}

/** What an automaton is made of: plain arrays, so that it can be built on another thread. */
export type AutomatonData = AutomatonOuts &
  ({ kind: 'table'; table: Int32Array } | { kind: 'double'; base: Int32Array; check: Int32Array; fail: Int32Array });

export function openAutomaton(data: AutomatonData): Automaton {
  return { alphabet: data.alphabet, firstOut: data.firstOut, shorter: data.shorter, next: moves(data) };
}

function moves(data: AutomatonData): Automaton['next'] {
  if (data.kind === 'table') {
    const { table, alphabet } = data;
    return (state, code) => table[state * alphabet + code] as number;
  }
  const { base, check, fail } = data;
  return (from, code) => {
    let state = from;
    for (;;) {
      const to = (base[state] as number) + code;
      if (check[to] === state) return to;
      if (state === 0) return 0;
      state = fail[state] as number;
    }
  };
}

interface Trie {
  children: Map<number, number>[];
  fail: Int32Array;
  firstOut: Int32Array;
  /** Breadth first, the root first. */
  order: number[];
}

/** A table of this many cells (4 MB) still sits near the processor; beyond it the double array is faster. */
const FULL_TABLE_CELLS = 1 << 20;

/** `patterns[i]` is a list of letter codes; equal patterns must have been merged before. */
export function buildAutomaton(patterns: readonly (readonly number[])[], alphabet: number): AutomatonData {
  const trie = buildTrie(patterns);
  return trie.children.length * alphabet <= FULL_TABLE_CELLS ? fullTable(trie, alphabet) : doubleArray(trie, alphabet);
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

function shorterOf(trie: Trie): Int32Array {
  const shorter = new Int32Array(trie.children.length).fill(-1);
  for (const node of trie.order) {
    const back = trie.fail[node] as number;
    if (node !== 0) shorter[node] = (trie.firstOut[back] as number) >= 0 ? back : (shorter[back] as number);
  }
  return shorter;
}

function fullTable(trie: Trie, alphabet: number): AutomatonData {
  const table = new Int32Array(trie.children.length * alphabet);
  for (const node of trie.order) {
    const row = node * alphabet;
    if (node !== 0)
      table.copyWithin(row, (trie.fail[node] as number) * alphabet, ((trie.fail[node] as number) + 1) * alphabet);
    for (const [code, child] of trie.children[node] as Map<number, number>) table[row + code] = child;
  }
  return { kind: 'table', alphabet, table, firstOut: trie.firstOut, shorter: shorterOf(trie) };
}

function doubleArray(trie: Trie, alphabet: number): AutomatonData {
  const { slotOf, base, check } = placeStates(trie, alphabet);
  const size = check.length;
  const fail = new Int32Array(size);
  const firstOut = new Int32Array(size).fill(-1);
  const shorter = new Int32Array(size).fill(-1);
  const shorterNode = shorterOf(trie);
  for (const node of trie.order) {
    const slot = slotOf[node] as number;
    fail[slot] = slotOf[trie.fail[node] as number] as number;
    firstOut[slot] = trie.firstOut[node] as number;
    const near = shorterNode[node] as number;
    shorter[slot] = near < 0 ? -1 : (slotOf[near] as number);
  }
  return { kind: 'double', alphabet, base, check, fail, firstOut, shorter };
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
