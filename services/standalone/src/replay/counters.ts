/** The value of a counter without labels in Prometheus text; 0 if it is not there. */
export function counterValue(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line ? Number(line.slice(name.length + 1)) : 0;
}
