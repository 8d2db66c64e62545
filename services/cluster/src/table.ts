/** Columns as wide as their widest cell; Chinese characters take two places in a terminal. */
export function renderTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => placesOf(row[column] ?? ''))));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - placesOf(cell))).join('  ')}`.trimEnd(),
  );
}

function placesOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffe6]/.test(character) ? 2 : 1), 0);
}
