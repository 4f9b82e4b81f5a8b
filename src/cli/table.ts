import { printable } from './printable.js';

/** A column: its head, and the text of a row. */
export type Columns<Row> = Record<string, (row: Row) => string | number | null | undefined>;

/** Rows in columns that are as wide as their widest text, two spaces apart; nothing but the head where there are none. */
export function tableOf<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const heads = Object.keys(columns).map((head) => head.toUpperCase());
  const texts = rows.map((row) => Object.values(columns).map((text) => printable(String(text(row) ?? '-'))));
  const lines = [heads, ...texts];
  const widths = heads.map((_, place) => Math.max(...lines.map((line) => [...line[place]!].length)));
  const padded = (text: string, place: number): string => text + ' '.repeat(widths[place]! - [...text].length);
  return `${lines.map((line) => line.map(padded).join('  ').trimEnd()).join('\n')}\n`;
}

/** A thing by its fields, one a line; what is undefined is left out. */
export function factsOf(facts: Record<string, string | number | boolean | null | undefined>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value ?? '-'))}\n`).join('');
}

/** `1,204 sessions`, `1 session`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3 users`; `50 users, and there are more` where a limit cut the list. */
export function shown(count: number, noun: string, hasMore: boolean): string {
  return `${counted(count, noun)}${hasMore ? ', and there are more: --limit shows them' : ''}`;
}

/** To the second, as people and scripts both read it: `2026-11-20T18:00:00Z`. */
export function instant(text: string | null | undefined): string | null {
  return text ? text.replace(/\.\d+Z$/, 'Z') : null;
}
