/** Catalogue group T: what a token can look like that never was one. Each row is made of a live token. */
export interface TokenRow {
  title: string;
  make: (live: string) => string;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const flipLastBit = (token: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + letters[letters.indexOf(token.at(-1)!) ^ 1]!;
};

/** Refused by their looks alone. */
export const MALFORMED: TokenRow[] = [
  { title: 'bad T1 empty', make: () => '' },
  { title: 'bad T2 one character less', make: (live) => live.slice(0, -1) },
  { title: 'bad T2 one character more', make: (live) => `${live}A` },
  { title: 'bad T3 padding', make: (live) => `${live}==` },
  { title: 'bad T3 padding in place of letters', make: (live) => `${live.slice(0, -2)}==` },
  { title: 'bad T4 the letter + of another alphabet', make: (live) => `${live.slice(0, 20)}+${live.slice(21)}` },
  { title: 'bad T4 the letter / of another alphabet', make: (live) => `${live.slice(0, 20)}/${live.slice(21)}` },
  { title: 'bad T5 a trailing bit altered that carries nothing', make: flipLastBit },
  { title: 'bad T6 a trailing newline, percent-encoded', make: (live) => `${live}%0A` },
  { title: 'bad T7 upper-cased', make: (live) => live.toUpperCase() },
  { title: 'bad T7 the prefix upper-cased', make: (live) => `CFS_${live.slice(4)}` },
  { title: 'bad T11 a SHA-256 in hexadecimal', make: () => 'a3'.repeat(32) },
  { title: 'bad T12 an id', make: () => '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' },
  { title: 'bad T14 SQL', make: () => "' OR 1=1--" },
  { title: 'bad T14 SQL as long as a token', make: () => `cfs_' OR 1=1--`.padEnd(90, '-') },
  { title: 'bad T15 the wildcard %', make: () => '%' },
  { title: 'bad T15 wildcards as long as a token', make: () => `cfs_${'%'.repeat(86)}` },
  { title: 'bad T15 the wildcard _', make: () => `cfs_${'_'.repeat(80)}` },
  { title: 'bad T16 null', make: () => 'null' },
  { title: 'bad T16 undefined', make: () => 'undefined' },
  { title: 'bad T16 [object Object]', make: () => '[object Object]' },
  { title: 'bad T17 a JSON object', make: (live) => `{"token":"${live}"}` },
  { title: 'bad T17 a JSON array', make: (live) => `["${live}"]` },
  { title: 'bad T17 a JSON string', make: (live) => `"${live}"` },
  { title: 'bad T17 a number', make: () => '1' },
  { title: 'bad T17 true', make: () => 'true' },
  { title: 'bad T19 a percent-encoded NUL', make: (live) => `${live}%00` },
  { title: 'bad T21 full-width digits', make: (live) => `${live.slice(0, -10)}０１２３` },
  {
    title: 'bad T22 a JWT with alg none',
    make: () => `${encoded({ alg: 'none' })}.${encoded({ sub: 'admin@localhost' })}.`,
  },
  { title: 'bad T23 two tokens joined by a comma', make: (live) => `${live},${live}` },
];

/** What HTTP itself refuses, or passes on as bytes that are no text. */
export const UNSPEAKABLE: { title: string; make: (live: string) => Buffer; status: number }[] = [
  { title: 'bad T6 a trailing newline', make: (live) => Buffer.from(`${live}\n`), status: 400 },
  { title: 'bad T18 1 MiB', make: (live) => Buffer.from(live.padEnd(1_048_576, 'A')), status: 431 },
  { title: 'bad T19 a NUL byte', make: (live) => Buffer.from(`${live}\0`), status: 400 },
  {
    title: 'bad T20 invalid UTF-8',
    make: (live) => Buffer.concat([Buffer.from(live.slice(0, -1)), Buffer.of(0xc3, 0x28, 0xff)]),
    status: 401,
  },
];
