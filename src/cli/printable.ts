// What has no shape (Cc, Cf: also what turns the direction of text), and what breaks lines.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name that somebody chose, harmless for a terminal: control characters are shown as `\u001b`, and move no cursor. */
export function printable(text: string): string {
  return text.replaceAll(HARMFUL, (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}
