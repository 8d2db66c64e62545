import type { FoldRunOptions } from '../fold/partition-runner.js';
import type { Decoded, FoldDefinition, FoldFact } from '../fold/types.js';

/** Says the word that a key's letters make, one letter a record of `calls`, to `words`: `word@offset`. */
export const wordFold: FoldDefinition<{ word: string; key: string }, string> = {
  service: 'words',
  engine: 'words/1',
  stateSchemas: [1],
  decode({ key, value }): Decoded<string> {
    const text = Buffer.from(value).toString();
    if (!text.startsWith('{')) return { kind: 'fact', key, fact: text };
    const fact = JSON.parse(text) as FoldFact;
    return fact.kind === 'takeover' ? fact : fact.kind === 'closed' ? { ...fact, key } : { kind: 'skip' };
  },
  encode: (fact) => Buffer.from(JSON.stringify(fact)),
  opens: () => true,
  open: (key) => ({ word: '', key }),
  apply(state, letter) {
    if (state.word.includes(letter)) return { kind: 'repeated' };
    state.word += letter;
    return { kind: 'inspected' };
  },
  reachTime: () => ({ kind: 'repeated' }),
  nextTime: () => undefined,
  closeAfterMs: () => 3_600_000,
  emit: (state, at) => [{ topic: 'words', key: state.key, value: Buffer.from(`${state.word}@${at.offset}`) }],
  saveState: (state) => Buffer.from(JSON.stringify(state)),
  loadState: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as { word: string; key: string },
};

export const wordOptions: FoldRunOptions = {
  maxRefold: 10_000,
  commitEveryMs: 100,
  tickMs: 20,
  deadLetter: () => {
    throw new Error('a letter is never unreadable');
  },
  onAlarm: () => undefined,
  onCount: () => undefined,
  onStopped: () => undefined,
};
