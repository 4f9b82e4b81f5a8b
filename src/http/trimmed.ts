/** Without these letters at both ends. Each letter is looked at once: a pattern such as ` +$` costs the square of what it finds within. */
export function trimmed(text: string, letters: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && letters.includes(text[start]!)) start++;
  while (end > start && letters.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}
