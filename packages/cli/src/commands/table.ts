const WIDEST = 60;

/** Rows as aligned columns for a terminal; long values are cut. */
export function table(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return [];
  const cells = rows.map((row) => names.map((name) => cut(show(row[name]))));
  const widths = names.map((name, i) => Math.max(...[name, ...cells.map((row) => row[i] ?? '')].map(width)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((n) => '─'.repeat(n))), ...cells.map(line)];
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '';
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(/\s+/g, ' ');
}

function cut(text: string): string {
  const points = [...text];
  return points.length > WIDEST ? `${points.slice(0, WIDEST - 1).join('')}…` : text;
}

/** Han characters and full-width signs take two columns. */
function width(text: string): number {
  return [...text].reduce(
    (sum, point) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/u.test(point) && !/[\uff61-\uffdc]/u.test(point) ? 2 : 1),
    0,
  );
}

function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}
