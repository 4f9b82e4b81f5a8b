import type { FastifyRequest } from 'fastify';
import { trimmed } from '../http/trimmed.js';

/** Every value that one place of a request offers as a token. */
export type Carrier = (request: FastifyRequest) => string[];

/** Where a wire carries its token. Places that disagree, or one filled twice, are the same refusal as no token. */
export class Carriers {
  readonly places: Carrier[];

  constructor(...places: Carrier[]) {
    this.places = places;
  }

  /** The one token, if there is exactly one. */
  find(request: FastifyRequest): string | undefined {
    let found: string | undefined;
    for (const place of this.places) {
      const tokens = place(request);
      if (tokens.length > 1 || (tokens.length === 1 && found !== undefined && tokens[0] !== found)) return undefined;
      found ??= tokens[0];
    }
    return found;
  }

  /** All of them: a logout ends whatever it was shown. */
  all(request: FastifyRequest): string[] {
    return [...new Set(this.places.flatMap((place) => place(request)))];
  }
}

/** Places in order of rank: the first that offers anything decides, and more than one value there is the same as no token. */
export class RankedCarriers extends Carriers {
  override find(request: FastifyRequest): string | undefined {
    for (const place of this.places) {
      const tokens = place(request);
      if (tokens.length > 0) return tokens.length === 1 ? tokens[0] : undefined;
    }
    return undefined;
  }
}

const NONE: string[] = [];

/** `Authorization: Bearer …` (RFC 6750 §2.1). What the header holds otherwise is a token that was never issued. */
export function bearer({ headers, raw }: FastifyRequest): string[] {
  const { authorization } = headers;
  if (authorization === undefined) return NONE;
  return headerValues(raw.rawHeaders, 'authorization').map((value) => /^Bearer +(\S+)$/i.exec(value)?.[1] ?? '');
}

/** The same, and also the token alone: clients that were handed a whole header value send it back as they stored it. */
export function bearerOrBare({ headers, raw }: FastifyRequest): string[] {
  if (headers.authorization === undefined) return NONE;
  return headerValues(raw.rawHeaders, 'authorization').map((value) => /^(?:Bearer +)?(\S+)$/i.exec(value)?.[1] ?? '');
}

/** The cookie of exactly this name: a second one was planted by someone. */
export function cookie(name: string): Carrier {
  const prefix = `${name}=`;
  return ({ headers }) => {
    if (headers.cookie === undefined || !headers.cookie.includes(prefix)) return NONE;
    const pairs = headers.cookie.split(';').map((pair) => trimmed(pair, ' \t'));
    return pairs.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length));
  };
}

/** The values of every line of a header. Node's parsed headers keep the first of several Authorization lines and hide the rest. */
export function headerValues(rawHeaders: string[], name: string): string[] {
  const values = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index]!;
    if (header.length === name.length && header.toLowerCase() === name) values.push(rawHeaders[index + 1]!);
  }
  return values;
}
