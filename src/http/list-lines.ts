/** What a list holds: flat, so that it fits a table. A list of words stands in one cell, and so does the JSON of an object. */
type Cell = string | number | boolean | null | undefined | object;

/** One object a line: NDJSON. No value holds a line break then, whatever was in it. */
export function ndjsonOf(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** One record a line, in this order of columns: RFC 4180. */
export function csvOf<Row extends object>(rows: readonly Row[], columns: readonly (keyof Row & string)[]): string {
  return rows.map((row) => lineOf(columns.map((column) => row[column] as Cell))).join('');
}

/** The line of names above them. */
export function csvHeadOf(columns: readonly string[]): string {
  return lineOf(columns);
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

// A spreadsheet would run what begins so as a formula; an apostrophe tells it that this is text.
function cellOf(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const plain = typeof cell === 'string' ? cell : Array.isArray(cell) ? cell.join(' ') : JSON.stringify(cell);
  const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
