import { bearerOrBare, cookie, RankedCarriers } from '../../auth/carriers.js';

export const RESTED_COOKIE = '__Secure-rested-access-token';
/** Names that the cookie had before: they are read and ended, and never set. */
export const OLDER_COOKIES = ['__Secure-yawe-access-token', 'yawe_access_token'] as const;

const COOKIES = [RESTED_COOKIE, ...OLDER_COOKIES].map((name) => cookie(name));
/** What a browser carries by itself. */
export const RESTED_COOKIES = new RankedCarriers(...COOKIES);

/** The header wins over the cookie, and the cookie of today over those of earlier days. A logout ends all of them. */
export const RESTED_CARRIERS = new RankedCarriers(bearerOrBare, ...COOKIES);
