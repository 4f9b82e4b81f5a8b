// Line breaks of every kind, what moves a terminal's cursor, and what turns the direction of writing.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Most texts: they are not looked through character by character. */
const PLAIN = /^[ -~]*$/;

/** At most so many characters of a text, each of which can be seen: `\u000a` stands for a line break. One line, wherever it is shown. */
export function visible(text: string, limit: number): string {
  const cut = text.slice(0, limit);
  return PLAIN.test(cut) ? cut : cut.replaceAll(UNSEEN, (unseen) => escaped(unseen.codePointAt(0)!.toString(16)));
}

function escaped(hexadecimal: string): string {
  return hexadecimal.length > 4 ? `\\u{${hexadecimal}}` : `\\u${hexadecimal.padStart(4, '0')}`;
}
