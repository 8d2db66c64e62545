import { EarshotError } from '@earshot/model';

export const MAX_JSON_DEPTH = 32;

/**
 * JSON that means one thing only. Throws `json-broken`, `json-too-deep`, `json-duplicate-key` (readers differ in which
 * of the two they take) or `json-forbidden-key` (`__proto__`, `constructor`, `prototype`).
 * No message quotes the input, as V8's own would.
 */
export function parseJson(text: string, maxDepth = MAX_JSON_DEPTH): unknown {
  scan(text, maxDepth);
  try {
    return JSON.parse(text);
  } catch {
    throw broken();
  }
}

/** Bytes as text. Throws `text-not-unicode`: replacing what cannot be read would change what was said. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new EarshotError('text-not-unicode', 'the body is not valid UTF-8');
  }
}

/** Looks at structure only; what the grammar forbids is left to `JSON.parse`. */
function scan(text: string, maxDepth: number): void {
  // One entry per open bracket: the keys met so far in an object, undefined in an array.
  const open: (Set<string> | undefined)[] = [];
  let expectKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at);
        if (expectKey) noteKey(text.slice(at, end + 1), open.at(-1));
        expectKey = false;
        at = end;
        break;
      }
      case 0x7b:
        open.push(new Set());
        expectKey = true;
        break;
      case 0x5b:
        open.push(undefined);
        expectKey = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        expectKey = false;
        break;
      case 0x2c:
        expectKey = open.at(-1) !== undefined;
        break;
    }
    if (open.length > maxDepth) throw new EarshotError('json-too-deep', `JSON nests deeper than ${maxDepth} levels`);
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at += 1;
    else if (unit === 0x22) return at;
  }
  throw broken();
}

function noteKey(quoted: string, keys: Set<string> | undefined): void {
  if (!keys) return;
  let key: string;
  try {
    key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  } catch {
    throw broken();
  }
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
    throw new EarshotError('json-forbidden-key', 'JSON holds a key that is never accepted');
  }
  if (keys.has(key)) throw new EarshotError('json-duplicate-key', 'JSON holds the same key twice in one object');
  keys.add(key);
}

function broken(): EarshotError {
  return new EarshotError('json-broken', 'this is not valid JSON');
}
