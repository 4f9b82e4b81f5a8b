/** Catalogue group C: what the page of another site can have a browser send, or cannot. */
export interface PageRow {
  title: string;
  method?: 'GET' | 'HEAD' | 'OPTIONS';
  /** Beside the cookie, which travels by itself. */
  headers: Record<string, string>;
}

/** The origin under which the server of these tests is found. */
export const OWN_ORIGIN = 'https://us.test';
const EVIL = 'https://e.example';
const SITE = { origin: EVIL, referer: `${EVIL}/`, 'sec-fetch-site': 'cross-site' };
const NO_CORS = { ...SITE, 'sec-fetch-mode': 'no-cors' };
const NAVIGATION = { ...SITE, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const csrf = (value: string): Record<string, string> => ({ ...SITE, 'x-csrf-token': value, 'x-xsrf-token': value });

export const PAGES: PageRow[] = [
  { title: 'bad C1 <img src>', method: 'GET', headers: { ...NO_CORS, 'sec-fetch-dest': 'image' } },
  {
    title: 'bad C2 an auto-posting form',
    headers: { ...NAVIGATION, 'content-type': 'application/x-www-form-urlencoded' },
  },
  { title: 'bad C3 fetch no-cors text/plain', headers: { ...NO_CORS, 'content-type': 'text/plain' } },
  { title: 'bad C4 a multipart form', headers: { ...NAVIGATION, 'content-type': 'multipart/form-data; boundary=b' } },
  { title: 'bad C5 an iframe', headers: { ...NAVIGATION, 'sec-fetch-dest': 'iframe' } },
  { title: 'bad C6 rel=prefetch', headers: { ...SITE, 'sec-purpose': 'prefetch' } },
  {
    title: 'bad C6 rel=prefetch of our own',
    headers: { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch;prerender' },
  },
  { title: 'bad C7 Purpose: prefetch', headers: { purpose: 'prefetch' } },
  { title: 'bad C8 HEAD', method: 'HEAD', headers: SITE },
  { title: 'bad C9 a link', headers: NAVIGATION },
  { title: 'bad C9 a link on a neighbour', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-site' } },
  { title: 'bad C10 Origin: null', headers: { origin: 'null' } },
  { title: 'bad C11 a subdomain', headers: { origin: 'https://x.us.test' } },
  { title: 'bad C11 a suffix', headers: { origin: `${OWN_ORIGIN}.e.example` } },
  { title: 'bad C12 http for https', headers: { origin: OWN_ORIGIN.replace('https', 'http') } },
  { title: 'bad C13 origin with port', headers: { origin: `${OWN_ORIGIN}:8443` } },
  { title: 'bad C13 origin with its default port', headers: { origin: `${OWN_ORIGIN}:443` } },
  { title: 'bad C14 upper-case origin', headers: { origin: OWN_ORIGIN.toUpperCase() } },
  { title: 'bad C15 two origins in one line', headers: { origin: `${OWN_ORIGIN}, ${EVIL}` } },
  {
    title: 'bad C16 a preflight with odd headers',
    method: 'OPTIONS',
    headers: {
      origin: EVIL,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, ,\u00e4',
    },
  },
  { title: 'bad C17 a csrf token that nobody issued', headers: csrf('x') },
  { title: 'bad C21 a method in a header', method: 'GET', headers: { 'x-http-method-override': 'POST' } },
  { title: 'bad C21 a method in a header, from another site', headers: { ...SITE, 'x-http-method-override': 'GET' } },
  { title: 'bad C22 a Referer that names us', headers: { referer: `${EVIL}/?${OWN_ORIGIN}` } },
  { title: 'bad C22 a Referer with us as user', headers: { referer: 'https://us.test@e.example/' } },
];
