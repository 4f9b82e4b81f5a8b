import { bearer, bearerOrBare, Carriers, type Carrier } from '../../auth/carriers.js';

const NONE: string[] = [];

/**
 * Every header and cookie in which a client of any contract carries its token: behind a proxy nobody knows whose client
 * asks. Places that disagree are no token, as everywhere. Only what a wire's place holds and is no token of ours is passed
 * over: on somebody else's pages `JSESSIONID` and `session-key` are names that other programs give to cookies, too.
 */
export function everyCarrier(native: Carriers, wires: Carriers[], isToken: (text: string) => boolean): Carriers {
  const theirs = new Set(wires.flatMap(({ places }) => places));
  // The one reads all that the other does, and more.
  const authorization = theirs.has(bearerOrBare) ? bearerOrBare : bearer;
  const own = native.places.map((place) => (place === bearer ? authorization : place));
  const others = [...theirs].filter((place) => place !== bearer && place !== bearerOrBare);
  return new Carriers(...own, ...others.map((place) => whereTokensAre(place, isToken)));
}

function whereTokensAre(place: Carrier, isToken: (text: string) => boolean): Carrier {
  return (request) => {
    const offered = place(request);
    return offered.some(isToken) ? offered : NONE;
  };
}
