// 64 bytes are 86 letters; the last carries 2 bits only, so four letters are canonical there.
const SHAPE = /^cfs_[A-Za-z0-9_-]{85}[AQgw]$/;
const HYPHENS = [8, 12, 16, 20];

/** Whether a text has the form of a token; what has not was never one, and costs no question. */
export function isTokenShaped(text: unknown): text is string {
  return typeof text === 'string' && text.length === 90 && SHAPE.test(text);
}

/** The ids that a token carries, as `<user id> <session id>`: an answer about someone else is none. */
export function idsIn(token: string): string {
  const hexadecimal = Buffer.from(token.slice(4), 'base64url').toString('hex', 0, 32);
  return `${hyphened(hexadecimal.slice(0, 32))} ${hyphened(hexadecimal.slice(32))}`;
}

function hyphened(id: string): string {
  const ends = [...HYPHENS, id.length];
  return [0, ...HYPHENS].map((from, place) => id.slice(from, ends[place])).join('-');
}
