import type { FoldTable } from '../match/fold.js';
import { type FoldedPhrase, foldPhrase } from '../match/phrase.js';
import type { RuleContext } from './conditions.js';
import type { Path } from './read.js';
import type { PhraseEntry } from './schema.js';

/** All phrases of a rule set, each once: two spellings that match the same texts are one phrase. */
export class PhraseBook {
  readonly folded: FoldedPhrase[] = [];
  readonly texts: string[] = [];
  private readonly byKey = new Map<string, number>();
  private readonly byText = new Map<string, number>();

  constructor(private readonly fold: FoldTable) {}

  /** Distinct indexes of the phrases of one list; a phrase that can never be found is a fault. */
  indexes(entries: readonly PhraseEntry[], path: Path, context: RuleContext): number[] {
    const found = new Set<number>();
    entries.forEach((entry, i) => {
      const index = this.indexOf(entry);
      if (index !== undefined) found.add(index);
      else {
        const message = 'nothing to look for: a phrase needs a letter or digit, and no sentence end inside';
        context.faults.push(context.fault([...path, i], 'empty-phrase', message));
      }
    });
    return [...found];
  }

  private indexOf(entry: PhraseEntry): number | undefined {
    const { text, joined } = typeof entry === 'string' ? { text: entry, joined: false } : { joined: false, ...entry };
    const known = this.byText.get(`${joined} ${text}`);
    if (known !== undefined) return known;
    const folded = foldPhrase(this.fold, text, joined ?? false);
    if (!folded) return undefined;
    const index = this.byKey.get(folded.key) ?? this.folded.length;
    if (index === this.folded.length) {
      this.folded.push(folded);
      this.texts.push(text);
      this.byKey.set(folded.key, index);
    }
    this.byText.set(`${joined} ${text}`, index);
    return index;
  }
}
