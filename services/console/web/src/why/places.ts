/** A sentence of an explanation, cut where it names an utterance or a time. */
export type Piece = { kind: 'text'; text: string } | { kind: 'place'; line: string } | { kind: 'time'; atMs: number };

/** Legs are named by the contact centre and may hold anything, so only those of known lines are looked for. */
export function pieces(text: string, lines: Iterable<string>): Piece[] {
  const known = [...lines].map((line) => `u:${line}`).sort((a, b) => b.length - a.length);
  const found: Piece[] = [];
  let plain = '';
  let at = 0;
  const push = (piece: Piece, length: number) => {
    if (plain !== '') found.push({ kind: 'text', text: plain });
    plain = '';
    found.push(piece);
    at += length;
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const anchor = rest.startsWith('u:') ? known.find((one) => isAt(rest, one)) : undefined;
    const time = rest.startsWith('t:') ? /^t:(\d{1,16})/.exec(rest) : null;
    if (anchor) push({ kind: 'place', line: anchor.slice(2) }, anchor.length);
    else if (time) push({ kind: 'time', atMs: Number(time[1]) }, time[0].length);
    else plain += text[at++];
  }
  if (plain !== '') found.push({ kind: 'text', text: plain });
  return found;
}

/** `u:c:1` does not stand in `u:c:12`. */
function isAt(text: string, anchor: string): boolean {
  return text.startsWith(anchor) && !/^\d/.test(text.slice(anchor.length));
}
