import fc from 'fast-check';
import { BODIES } from '../bad-input/bodies.js';
import { PATHS } from '../bad-input/paths.js';
import type { Operation, Parameter } from './operations.js';
import { ODD_VALUES, valuesOf } from './values.js';

/** A request that can be shown when it was too much, and made smaller. */
export interface Attempt {
  method: string;
  target: string;
  headers: Record<string, string>;
  /** Latin-1, so that every byte can be shown. */
  body: string | undefined;
}

type Pair = readonly [name: string, value: string];

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
const ODD_PATHS = fc.constantFrom(...PATHS.map(({ make }) => make));
const SAME_PATH = fc.constant((path: string): string => path);

/** Catalogue group Q: what is done to a query that was in order. */
const SPOILT_QUERIES = fc.constantFrom<(query: string) => string>(
  (query) => `${query}&${query}`,
  (query) => query.replaceAll('=', '[]='),
  (query) => query.replaceAll('=', '[x]='),
  (query) => query.replaceAll('&', ';'),
  (query) => `${query}&&&=`,
  (query) => `${query}&__proto__[x]=1`,
  (query) => `${query}&constructor=1`,
  (query) => `${query}&%zz=%`,
  (query) => `${query}&unknown=1`,
  (query) => `${query}&token=cfs_x`,
  (query) => query.replaceAll(/=[^&]*/g, '='),
  (query) => query.replace(/^./, (letter) => `%${letter.codePointAt(0)!.toString(16)}`),
  (query) => `${query}&${'x=1&'.repeat(1_000)}`,
  (query) => query.replaceAll('%20', '+'),
);

/** Ids of what is there, by the word of a path behind which they stand: `users`, `webhooks`. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Requests to an operation: most of them as its document says, the others spoilt in one place or in several. */
export function attemptsAt(operation: Operation, known: Known): fc.Arbitrary<Attempt> {
  const ids = Object.values(known).flat();
  return fc
    .record({
      path: pathsOf(operation, known),
      odd: fc.oneof({ weight: 12, arbitrary: SAME_PATH }, ODD_PATHS),
      query: queriesOf(operation, known),
      body: bodiesOf(operation, ids),
      accept: fc.constantFrom(
        'application/json',
        '*/*',
        'text/csv',
        'application/x-ndjson',
        'image/svg+xml',
        'q=0',
        '',
      ),
    })
    .map(({ path, odd, query, body, accept }) => ({
      method: operation.method,
      target: odd(path) + (query && `?${query}`),
      headers: { accept, ...body?.headers, ...(body && { 'content-type': body.type }) },
      body: body?.bytes,
    }));
}

function pathsOf({ path }: Operation, known: Known): fc.Arbitrary<string> {
  const parts = path.split(/\{\w+\}/);
  const values = parts
    .slice(0, -1)
    .map((part) =>
      fc.oneof(
        { weight: 10, arbitrary: fc.constantFrom(...(known[part.split('/').at(-2)!] ?? ['unknown'])) },
        { weight: 2, arbitrary: fc.uuid() },
        { weight: 2, arbitrary: ODD_VALUES.map(asText) },
      ),
    );
  return fc
    .tuple(...values)
    .map((given) => parts.map((part, at) => part + (at < given.length ? encode(given[at]!) : '')).join(''));
}

function queriesOf({ parameters }: Operation, known: Known): fc.Arbitrary<string> {
  const asked = parameters.filter((parameter) => parameter.in === 'query');
  const idsFor = (name: string): fc.Arbitrary<unknown> =>
    fc.constantFrom(...((name === 'applicationId' && known['applications']) || Object.values(known).flat()));
  const pairOf = ({ name, schema }: Parameter): fc.Arbitrary<Pair> =>
    fc
      .oneof(
        { weight: 8, arbitrary: schema?.format === 'uuid' ? idsFor(name) : valuesOf(schema) },
        { weight: 1, arbitrary: ODD_VALUES },
      )
      .map((given) => [name, asText(given)]);
  const needed = asked.filter(({ required }) => required);
  // A few at a time: of many that are random one would be refused nearly always.
  const good = fc
    .shuffledSubarray(
      asked.filter(({ required }) => !required),
      { maxLength: Math.min(3, asked.length - needed.length) },
    )
    .chain((chosen) => fc.tuple(...[...needed, ...chosen].map(pairOf)))
    .map((given) => given.map(([name, value]) => `${name}=${encode(value)}`).join('&'));
  return fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 1, arbitrary: fc.tuple(good, SPOILT_QUERIES).map(([query, spoil]) => spoil(query)) },
  );
}

interface Body {
  type: string;
  headers?: Record<string, string>;
  bytes: string;
}

/** Catalogue group B, and bodies in order of which a field or two are not. */
function bodiesOf({ body }: Operation, ids: readonly string[]): fc.Arbitrary<Body | undefined> {
  const [type, content] = Object.entries(body ?? {})[0] ?? [];
  const examples = Object.values(content?.examples ?? {}).map(({ value }) => value);
  const good =
    examples.length > 0 ? fc.oneof(valuesOf(content?.schema), fc.constantFrom(...examples)) : valuesOf(content?.schema);
  const json = (value: unknown): Body => ({ type: type ?? 'application/json', bytes: bytesOf(JSON.stringify(value)) });
  const withOddField = fc
    .tuple(good, fc.nat(20), fc.oneof(ODD_VALUES, fc.constantFrom<unknown>(...ids)))
    .map(([value, place, odd]) => {
      const names = Object.keys((value ?? {}) as object);
      return { ...(value as object), [names[place % (names.length + 1)] ?? 'unknown']: odd };
    });
  const spoilt = fc.tuple(good, fc.constantFrom(...BODIES)).map(([value, row]): Body => {
    const texts = Object.entries((value ?? {}) as object).map(([name, each]) => [name, asText(each)]);
    const bytes = row.make({ name: 'x', ...(Object.fromEntries(texts) as Record<string, string>) });
    return {
      type: row.type ?? 'application/json',
      ...(row.headers && { headers: row.headers }),
      bytes: bytesOf(bytes),
    };
  });
  if (!body) return fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, spoilt);
  return fc.oneof(
    { weight: 6, arbitrary: good.map(json) },
    { weight: 5, arbitrary: withOddField.map(json) },
    { weight: 3, arbitrary: spoilt },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function bytesOf(body: string | Buffer): string {
  return Buffer.from(body).toString('latin1');
}

/** The bytes of an attempt. A target that no request line can carry is sent as far as it goes. */
export function bytesOfAttempt({ method, target, headers, body }: Attempt): Buffer {
  const lines = Object.entries({ host: 'sessions.example', connection: 'close', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const length = body === undefined ? '' : `content-length: ${body.length}\r\n`;
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}${length}\r\n${body ?? ''}`, 'latin1');
}
