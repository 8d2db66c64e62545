import type { RuleSetRefused } from '@earshot/control';
import { encodeRuleSetRefusal, type RuleSetRefusal } from '@earshot/wire';

/**
 * Clients in some languages take 8 KB of trailers and answer more with an error of their own. Detail and sentence stay
 * below that as base64 and, at nine bytes a Chinese character, percent-encoded.
 */
const MOST_BYTES = 2_560;
const LONGEST_SENTENCE = 240;

/** As many mistakes as a trailer holds, from the first on. */
export function refusalThatFits({ faults, examples }: Pick<RuleSetRefused, 'faults' | 'examples'>): RuleSetRefusal {
  const all = faults.length + examples.length;
  const upTo = (count: number): RuleSetRefusal => ({
    faults: faults.slice(0, count),
    examples: examples.slice(0, Math.max(0, count - faults.length)),
    notListed: all - count,
  });
  let count = 0;
  while (count < all && encodeRuleSetRefusal(upTo(count + 1)).length <= MOST_BYTES) count += 1;
  return upTo(count);
}

/** How many mistakes, and the first of them. */
export function sentenceOf({ message }: Pick<RuleSetRefused, 'message'>): string {
  const lines = message.split('\n', 2).map((line) => line.trim());
  return [...lines.join(' ')].slice(0, LONGEST_SENTENCE).join('');
}
