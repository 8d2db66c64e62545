/** Both found the same, or the bench is not one. Names sides and one difference, never what was said. */
export function requireSame(
  [ours, ourHits]: [string, Iterable<string>],
  [theirs, theirHits]: [string, Iterable<string>],
): number {
  const mine = new Set(ourHits);
  const other = new Set(theirHits);
  const missing = [...other].find((hit) => !mine.has(hit));
  const extra = [...mine].find((hit) => !other.has(hit));
  if (missing !== undefined) throw new Error(`not the same work: ${theirs} found ${missing}, ${ours} did not`);
  if (extra !== undefined) throw new Error(`not the same work: ${ours} found ${extra}, ${theirs} did not`);
  return mine.size;
}
