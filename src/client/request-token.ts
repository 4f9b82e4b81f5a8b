/** As much of a request as is read: node:http's, Express' or the `raw` of Fastify's. */
export interface ReadableRequest {
  method?: string | undefined;
  headers: { cookie?: string | undefined; 'sec-fetch-site'?: string | string[] | undefined };
  rawHeaders: string[];
}

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);
const OWN_SITE = new Set<unknown>([undefined, 'same-origin', 'none']);

/**
 * The one token that a request carries: `Authorization: Bearer …` (RFC 6750 §2.1) and, where a name is given, the
 * cookie of that name. Places that disagree, or one filled twice, are the same as no token. Nor does a cookie count that
 * a browser sent along with a change begun by a page of another origin.
 */
export function tokenOf(request: ReadableRequest, cookie?: string): string | undefined {
  const places = [bearersIn(request), cookie === undefined ? [] : cookiesIn(request, cookie)];
  if (places.some((tokens) => tokens.length > 1)) return undefined;
  const [token, other] = places.flat();
  return other === undefined || other === token ? token : undefined;
}

// Node's parsed headers keep the first of several Authorization lines and hide the rest.
function bearersIn({ rawHeaders }: ReadableRequest): string[] {
  const isAuthorization = (name: string, place: number): boolean =>
    place % 2 === 0 && name.length === 13 && name.toLowerCase() === 'authorization';
  return rawHeaders.flatMap((name, place) =>
    isAuthorization(name, place) ? [/^Bearer +(\S+)$/i.exec(rawHeaders[place + 1]!)?.[1] ?? ''] : [],
  );
}

function cookiesIn({ method = 'GET', headers }: ReadableRequest, name: string): string[] {
  if (headers.cookie === undefined || (!CHANGES_NOTHING.has(method) && !OWN_SITE.has(headers['sec-fetch-site'])))
    return [];
  // Spaces and tabs alone are trimmed: a name that begins with another blank is another name.
  const pairs = headers.cookie.split(';').map((pair) => pair.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''));
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}
