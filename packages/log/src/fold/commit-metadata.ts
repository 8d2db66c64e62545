/** What a fold keeps beside its committed offset: where refolding has to begin. */
export function writeMark(mark: number): string {
  return `mark=${mark}`;
}

/** Undefined if the metadata is missing or not ours: the fold then rebuilds from the log's start. */
export function readMark(metadata: string): number | undefined {
  const match = /^mark=(\d{1,16})$/.exec(metadata);
  return match ? Number(match[1]) : undefined;
}

/** The first record that whoever takes over from this commit reads again. */
export function neededFrom({ offset, metadata }: { offset: number; metadata: string }): number {
  return Math.min(offset, readMark(metadata) ?? offset);
}
