import { EarshotError } from '@earshot/model';
import { makeFoldTable } from './fold.js';
import { type Matcher, makeMatcher } from './matcher.js';
import { type FoldedPhrase, foldPhrase } from './phrase.js';

export type { Hits, Matcher, Scan } from './matcher.js';

/**
 * The matcher of a rule set alone, for phrases without rules; a hit names its phrase by its place in the list. Throws
 * `phrase-empty` where nothing is left to look for.
 */
export function compilePhrases(texts: readonly string[]): Matcher {
  const fold = makeFoldTable();
  const phrases = texts.map((text): FoldedPhrase => {
    const folded = foldPhrase(fold, text, false);
    if (!folded) throw new EarshotError('phrase-empty', 'a phrase needs a letter or digit, and no sentence end inside');
    return folded;
  });
  return makeMatcher(fold, phrases);
}
