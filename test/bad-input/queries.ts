/** Catalogue group Q: what a query can look like of which two readers see two different things. */
export interface QueryRow {
  title: string;
  /** From a query that is in order, and may be empty. */
  make: (query: string) => string;
  /** On our own routes, where that is certain whatever they take. */
  own?: 400;
}

const behind = (query: string, more: string): string => (query ? `${query}&${more}` : more);

export const QUERIES: QueryRow[] = [
  { title: 'bad Q1 logout=true&logout=false', make: (query) => behind(query, 'logout=true&logout=false'), own: 400 },
  { title: 'bad Q1 the other way round', make: (query) => behind(query, 'logout=false&logout=true'), own: 400 },
  { title: 'bad Q2 logout=TRUE', make: (query) => behind(query, 'logout=TRUE') },
  { title: 'bad Q2 logout=1', make: (query) => behind(query, 'logout=1') },
  { title: 'bad Q2 logout empty', make: (query) => behind(query, 'logout=') },
  { title: 'bad Q3 everything twice', make: (query) => (query ? `${query}&${query}` : 'limit=1&limit=1'), own: 400 },
  { title: 'bad Q3 a key twice', make: (query) => behind(query, 'key=x&key=x'), own: 400 },
  { title: 'bad Q4 key[]=', make: (query) => behind(query, 'key[]=x') },
  { title: 'bad Q4 as a list', make: (query) => (query || 'limit=1').replaceAll('=', '[]=') },
  { title: 'bad Q4 as an object', make: (query) => (query || 'limit=1').replaceAll('=', '[x]=') },
  { title: 'bad Q6 %6cogout=true', make: (query) => behind(query, '%6cogout=true') },
  {
    title: 'bad Q6 a letter of a name encoded',
    make: (query) => (query || 'limit=1').replace(/^./, (letter) => `%${letter.codePointAt(0)!.toString(16)}`),
  },
  {
    title: 'bad Q6 a name twice, once encoded',
    make: (query) => behind(query, 'logout=true&%6cogout=false'),
    own: 400,
  },
  {
    title: 'bad Q7 1,000 parameters',
    make: (query) => behind(query, Array.from({ length: 1_000 }, (_, index) => `a${index}=1`).join('&')),
  },
  { title: 'bad Q7 1,000 of one name', make: (query) => behind(query, 'x=1&'.repeat(1_000)), own: 400 },
  { title: 'bad Q8 &&&=', make: (query) => behind(query, '&&&=') },
  { title: 'bad Q9 + and %20', make: (query) => `${(query || 'limit=1').replaceAll('%20', '+')}+%20` },
  { title: 'bad Q10 __proto__[x]=1', make: (query) => behind(query, '__proto__[x]=1') },
  { title: 'bad Q10 constructor', make: (query) => behind(query, 'constructor=1&constructor[prototype][x]=1') },
  { title: 'bad Q11 semicolons', make: (query) => (query || 'limit=1&after=x').replaceAll('&', ';') },
  { title: 'bad Q12 invalid percent', make: (query) => behind(query, '%zz=%') },
  { title: 'bad Q12 bytes that are no text', make: (query) => behind(query, 'after=%ff%ed%a0%80') },
  { title: 'bad Q12 nothing behind the names', make: (query) => (query || 'limit=1').replaceAll(/=[^&]*/g, '=') },
  { title: 'a name that nobody knows', make: (query) => behind(query, 'unknown=1') },
  { title: 'bad K16 a token', make: (query) => behind(query, 'token=cfs_x'), own: 400 },
];
