import { gzipSync } from 'node:zlib';

/** The fields of a body. */
export type Fields = Readonly<Record<string, unknown>>;

/** A body that every field of `good` would make acceptable, spoilt. */
export interface BodyRow {
  title: string;
  /** Content type, where it is not JSON. */
  type?: string;
  headers?: Record<string, string>;
  make: (good: Fields) => string | Buffer;
  /** On our own routes; and on the Dittofi wire, which reads JSON whatever the content type says, and forms. */
  native: 400 | 413 | 415;
  dittofi: 400 | 413 | 415 | 'accepted';
}

const json = JSON.stringify;
/** Every field with the same value. */
const all = (good: Fields, text: string): string =>
  `{${Object.keys(good)
    .map((name) => `${json(name)}:${text}`)
    .join(',')}}`;
const beside = (good: Fields, member: string): string => `${json(good).slice(0, -1)},${member}}`;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const asText = (value: unknown): string => (typeof value === 'string' ? value : json(value));
const pairs = (good: Fields): [string, string][] => Object.entries(good).map(([name, value]) => [name, asText(value)]);
/** As `application/x-www-form-urlencoded`. */
export const form = (good: Fields): string => new URLSearchParams(pairs(good)).toString();
const parts = (count: number, disposition = ''): string =>
  `${Array.from({ length: count }, (_, index) => `--b\r\nContent-Disposition: form-data; name="n${index}"${disposition}\r\n\r\nx\r\n`).join('')}--b--\r\n`;
/** As `multipart/form-data` with the boundary `b`. */
export const multipart = (good: Fields): string =>
  `${pairs(good)
    .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--b--\r\n`;
const integerKeys = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"${index}":0`).join(',')}}`;
const inUtf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const BOMB = gzipSync(Buffer.alloc(10_485_760));
const MULTIPART = 'multipart/form-data; boundary=b';
const FORM = 'application/x-www-form-urlencoded';

/** Catalogue group B. */
export const BODIES: BodyRow[] = [
  { title: 'bad B1 {', make: () => '{', native: 400, dittofi: 400 },
  { title: 'bad B2 empty with JSON type', make: () => '', native: 400, dittofi: 400 },
  { title: 'bad B3 []', make: () => '[]', native: 400, dittofi: 400 },
  { title: 'bad B3 [{…}]', make: (good) => `[${json(good)}]`, native: 400, dittofi: 400 },
  { title: 'bad B3 "x"', make: () => '"x"', native: 400, dittofi: 400 },
  { title: 'bad B3 null', make: () => 'null', native: 400, dittofi: 400 },
  { title: 'bad B3 0', make: () => '0', native: 400, dittofi: 400 },
  { title: 'bad B4 depth 10,000', make: () => nested(10_000), native: 413, dittofi: 413 },
  { title: 'bad B4 depth 8,000, within the size', make: () => nested(8_000), native: 400, dittofi: 400 },
  {
    title: 'bad B4 depth 33 beside good fields',
    make: (good) => beside(good, `"deep":${nested(33)}`),
    native: 400,
    dittofi: 400,
  },
  { title: 'bad B5 duplicate keys', make: (good) => beside(good, json(good).slice(1, -1)), native: 400, dittofi: 400 },
  {
    title: 'bad B5 duplicate keys, one of them escaped',
    make: (good) =>
      beside(
        good,
        `"\\u${Object.keys(good)[0]!.codePointAt(0)!.toString(16).padStart(4, '0')}${Object.keys(good)[0]!.slice(1)}":"x"`,
      ),
    native: 400,
    dittofi: 400,
  },
  {
    title: 'bad B6 __proto__',
    make: (good) => beside(good, '"__proto__":{"roles":["admin"]}'),
    native: 400,
    dittofi: 400,
  },
  {
    title: 'bad B6 __proto__ escaped',
    make: (good) => beside(good, '"__proto\\u005f_":{}'),
    native: 400,
    dittofi: 400,
  },
  {
    title: 'bad B7 constructor.prototype',
    make: (good) => beside(good, '"constructor":{"prototype":{"x":1}}'),
    native: 400,
    dittofi: 400,
  },
  { title: 'bad B8 an extra role', make: (good) => beside(good, '"role":"admin"'), native: 400, dittofi: 'accepted' },
  {
    title: 'bad B8 an extra userId',
    make: (good) => beside(good, '"userId":"019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80"'),
    native: 400,
    dittofi: 'accepted',
  },
  {
    title: 'bad B8 expiresAt null',
    make: (good) => beside(good, '"expiresAt":null'),
    native: 400,
    dittofi: 'accepted',
  },
  { title: 'bad B9 17 KiB', make: (good) => beside(good, `"pad":"${'x'.repeat(17_408)}"`), native: 413, dittofi: 413 },
  { title: 'bad B9 17 KiB of white space', make: (good) => json(good) + ' '.repeat(17_408), native: 413, dittofi: 413 },
  { title: 'bad B9 65 KiB', make: (good) => beside(good, `"pad":"${'x'.repeat(66_560)}"`), native: 413, dittofi: 413 },
  {
    title: 'bad B9 17 KiB of form',
    type: FORM,
    make: (good) => `${form(good)}&pad=${'x'.repeat(17_408)}`,
    native: 415,
    dittofi: 413,
  },
  {
    title: 'bad B11 gzip',
    headers: { 'content-encoding': 'gzip' },
    make: (good) => gzipSync(json(good)),
    native: 415,
    dittofi: 415,
  },
  {
    title: 'bad B11 a gzip bomb',
    headers: { 'content-encoding': 'gzip' },
    make: () => BOMB,
    native: 415,
    dittofi: 415,
  },
  { title: 'bad B12 application/json⇥a', type: 'application/json\ta', make: json, native: 415, dittofi: 415 },
  {
    title: 'bad B13 a leading no-break space',
    type: '\u00a0application/json',
    make: json,
    native: 415,
    dittofi: 'accepted',
  },
  {
    title: 'bad B14 application/json garbage',
    type: 'application/json garbage',
    make: json,
    native: 415,
    dittofi: 415,
  },
  { title: 'bad B14 two types', type: 'application/json, text/plain', make: json, native: 415, dittofi: 415 },
  { title: 'bad B14 no type', type: '', make: json, native: 415, dittofi: 'accepted' },
  { title: 'bad B14 text/plain', type: 'text/plain;charset=UTF-8', make: json, native: 415, dittofi: 'accepted' },
  {
    title: 'bad B15 charset utf-7',
    type: 'application/json; charset=utf-7',
    make: (good) => json(good).replaceAll('{', '+AHs-'),
    native: 415,
    dittofi: 400,
  },
  {
    title: 'bad B15 charset utf-16',
    type: 'application/json; charset=utf-16',
    make: (good) => inUtf16(json(good)),
    native: 415,
    dittofi: 400,
  },
  { title: 'bad B15 UTF-16 that says it is UTF-8', make: (good) => inUtf16(json(good)), native: 400, dittofi: 400 },
  { title: 'bad B16 a byte order mark', make: (good) => `\ufeff${json(good)}`, native: 400, dittofi: 400 },
  { title: 'bad B17 a form as JSON', make: form, native: 400, dittofi: 400 },
  { title: 'bad B17 JSON as a form', type: FORM, make: json, native: 415, dittofi: 400 },
  {
    title: 'bad B18 multipart without boundary',
    type: 'multipart/form-data',
    make: multipart,
    native: 415,
    dittofi: 400,
  },
  {
    title: 'bad B18 multipart cut off',
    type: MULTIPART,
    make: (good) => multipart(good).slice(0, -12),
    native: 415,
    dittofi: 400,
  },
  { title: 'bad B18 multipart that is none', type: MULTIPART, make: json, native: 415, dittofi: 400 },
  { title: 'bad B19 10,000 parts', type: MULTIPART, make: () => parts(10_000), native: 413, dittofi: 413 },
  { title: 'bad B19 900 parts, within the size', type: MULTIPART, make: () => parts(900), native: 415, dittofi: 400 },
  {
    title: 'bad B20 a file part',
    type: MULTIPART,
    make: () => parts(1, '; filename="a.txt"'),
    native: 415,
    dittofi: 400,
  },
  {
    title: 'bad B21 a[b][c]=',
    type: FORM,
    make: (good) => form(good).replaceAll('=', '[b][c]='),
    native: 415,
    dittofi: 400,
  },
  {
    title: 'bad B21 a field twice',
    type: FORM,
    make: (good) => `${form(good)}&${form(good)}`,
    native: 415,
    dittofi: 400,
  },
  {
    title: 'bad B21 a part twice',
    type: MULTIPART,
    make: (good) => multipart(good).replace('--b--\r\n', multipart(good)),
    native: 415,
    dittofi: 400,
  },
  { title: 'bad B22 1e400', make: (good) => all(good, '1e400'), native: 400, dittofi: 400 },
  { title: 'bad B22 -0', make: (good) => all(good, '-0'), native: 400, dittofi: 400 },
  { title: 'bad B22 2^53+1', make: (good) => all(good, '9007199254740993'), native: 400, dittofi: 400 },
  { title: 'bad B22 true', make: (good) => all(good, 'true'), native: 400, dittofi: 400 },
  { title: 'bad B23 100,000 integer-like keys', make: () => integerKeys(100_000), native: 413, dittofi: 413 },
  {
    title: 'bad B23 1,900 integer-like keys, within the size',
    make: () => integerKeys(1_900),
    native: 400,
    dittofi: 400,
  },
  {
    title: 'bad B24 an unpaired surrogate',
    make: (good) => all(good, '"long enough \\ud800"'),
    native: 400,
    dittofi: 400,
  },
  {
    title: 'bad B24 an unpaired surrogate in a key',
    make: (good) => beside(good, '"\\udfff":1'),
    native: 400,
    dittofi: 400,
  },
  {
    title: 'bad B24 invalid UTF-8',
    make: (good) => Buffer.from(beside(good, '"pad":"\u00ff"'), 'latin1'),
    native: 400,
    dittofi: 400,
  },
  { title: 'bad B25 an array in every field', make: (good) => all(good, '["x"]'), native: 400, dittofi: 400 },
  { title: 'bad B25 an object in every field', make: (good) => all(good, '{"$ne":null}'), native: 400, dittofi: 400 },
  {
    title: 'bad B25 an object with toString',
    make: (good) => all(good, '{"toString":1,"length":9}'),
    native: 400,
    dittofi: 400,
  },
  { title: 'bad B26 trailing bytes', make: (good) => `${json(good)}x`, native: 400, dittofi: 400 },
  { title: 'bad B26 a second document', make: (good) => json(good) + json(good), native: 400, dittofi: 400 },
  { title: 'bad B26 a trailing NUL', make: (good) => `${json(good)}\0`, native: 400, dittofi: 400 },
];
