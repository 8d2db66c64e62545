import type { Evidence } from '@earshot/model';
import type { Language } from '../../../client/src/words/translate.js';

/** What the server says of why a finding stands. */
export interface WhyNode {
  condition: string;
  holds: boolean;
  reason: string;
  children: WhyNode[];
  words?: Evidence[];
  /** How many utterances meet it; `words` may hold fewer. */
  met?: number;
  /** Of each of `words` those that were looked at, its own the last; null: unknown. */
  scores?: (number | null)[][];
}

export interface Explained {
  state: 'explained';
  tree: WhyNode;
  ruleSetHash: string;
  stands: boolean;
  extent: 'whole' | 'part' | 'past';
  fromMs?: number;
  untilMs?: number;
  publishedMs?: number;
}

export type Why =
  | Explained
  | { state: 'compiling' }
  | { state: 'unknown'; why: 'rule-set' | 'words' | 'differs'; ruleSetHash: string };

const AGAIN_AFTER_MS = 700;
const MOST_ASKS = 15;

/** Asks again while the rules of that time are being read. */
export async function askWhy(
  about: { conversationId: string; findingId: string; language: Language },
  signal: AbortSignal,
): Promise<Why> {
  const query = new URLSearchParams({ finding: about.findingId, lang: about.language });
  const path = `/v1/conversations/${encodeURIComponent(about.conversationId)}/explain?${query}`;
  for (let asks = 1; ; asks += 1) {
    const response = await fetch(path, { signal });
    if (!response.ok) throw new Error(`explain answered ${response.status}`);
    const why = (await response.json()) as Why;
    if (why.state !== 'compiling' || asks === MOST_ASKS) return why;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
  }
}
