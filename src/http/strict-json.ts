import { DomainError } from '../errors/domain.error.js';

const MAX_DEPTH = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
// Only an exponent of three digits, or very many digits, can be out of range.
const HUGE = /[eE]\+?\d{3}|\d{300}/;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** JSON (RFC 8259) as one reading alone: UTF-8, no key twice, no key that reaches a prototype, at most 32 levels deep. Refuses BODY_UNREADABLE. */
export function parseStrictJson(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = HUGE.test(text) ? JSON.parse(text, refuseInfinite) : JSON.parse(text);
  } catch {
    throw unreadable('The body is not JSON.');
  }
  refuseAmbiguous(text);
  return value;
}

// A number that no double holds would be kept as something else than was sent.
function refuseInfinite(_: string, value: unknown): unknown {
  if (value === Infinity || value === -Infinity) throw new SyntaxError('A number is out of range.');
  return value;
}

/** The refusal of a body that cannot be read in exactly one way. */
export function unreadable(message: string): DomainError {
  return new DomainError('BODY_UNREADABLE', message);
}

// The text is JSON already, so its strings and brackets alone tell the structure: a string before a colon is a key.
function refuseAmbiguous(text: string): void {
  const objects: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') objects.push(token === '{' ? new Set() : undefined);
    else if (token === '}' || token === ']') objects.pop();
    else if (token === ':') takeKey(JSON.parse(last) as string, objects.at(-1)!);
    else if (token.startsWith('"') && token.includes('\\u') && !(JSON.parse(token) as string).isWellFormed())
      throw unreadable('The body holds half of a surrogate pair.');
    if (objects.length > MAX_DEPTH) throw unreadable(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    last = token;
  }
}

function takeKey(key: string, seen: Set<string>): void {
  if (seen.has(key)) throw unreadable('The body names one key twice.');
  if (FORBIDDEN_KEYS.has(key)) throw unreadable('The body holds a key that is not allowed.');
  seen.add(key);
}
