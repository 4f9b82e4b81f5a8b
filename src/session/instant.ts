/** An instant as PostgreSQL writes it in UTC (`2026-11-20 18:00:00.123456+00`), in the form of RFC 3339 with milliseconds. */
export function instantOf(text: string): string {
  const fraction = text.slice(20, text.length - 3).slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`;
}
