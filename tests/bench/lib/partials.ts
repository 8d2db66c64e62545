import type { Hits, Matcher } from '@earshot/rules/match';

const STEP = 3;

/** An utterance as a recogniser gives it while it is spoken. */
export function grow(text: string): string[] {
  const partials: string[] = [];
  for (let length = STEP; length < text.length; length += STEP) partials.push(ownCopy(text.slice(0, length)));
  return [...partials, text];
}

/** As a decoder hands it out: V8 keeps a slice as a view of the whole, which every reader pays for. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Hits in the order in which a listener learns of them, each partial taken up where the one before ended. */
export function newHits(matcher: Matcher, partials: readonly string[]): string[] {
  let earlier = matcher.scan('');
  let before = '';
  const reported: string[] = [];
  for (const text of partials) {
    const scan = matcher.rescan(text, before, earlier);
    reported.push(...named(scan.hits).slice(named(earlier.hits).length));
    earlier = scan;
    before = text;
  }
  return reported;
}

/** What a matcher without memory reports. */
export function rescanned(matcher: Matcher, partials: readonly string[]): string[] {
  return partials.flatMap((text) => named(matcher.scan(text).hits));
}

function named(hits: Hits): string[] {
  const names: string[] = [];
  for (let i = 0; i < hits.length; i += 3) names.push(`${hits[i]} ${hits[i + 1]} ${hits[i + 2]}`);
  return names;
}
