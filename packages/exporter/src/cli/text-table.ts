/**
 * Rows as lines, each column as wide as its widest cell; a row of one cell is a line of its own. For commands that print a
 * list.
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.filter((row) => row.length > 1);
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (row.length > 1 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
