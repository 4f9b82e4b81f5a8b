import fc from 'fast-check';
import { BODIES, form, multipart, type Fields } from '../bad-input/bodies.js';
import { PATHS } from '../bad-input/paths.js';
import { QUERIES } from '../bad-input/queries.js';
import type { Contents, Operation, Parameter } from './operations.js';
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
const SPOILT_QUERIES = fc.constantFrom(...QUERIES.map(({ make }) => make));

/** What is there, as a URL says it: by the word of a path behind which it stands, such as `users`, or by the name of a parameter. */
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
        { weight: 2, arbitrary: ODD_VALUES.map((value) => encode(asText(value))) },
      ),
    );
  return fc.tuple(...values).map((given) => parts.map((part, at) => part + (given[at] ?? '')).join(''));
}

function queriesOf({ parameters }: Operation, known: Known): fc.Arbitrary<string> {
  const asked = parameters.filter((parameter) => parameter.in === 'query');
  const idsFor = (name: string): fc.Arbitrary<unknown> =>
    fc.constantFrom(
      ...((known[name] ?? (name === 'applicationId' && known['applications'])) || Object.values(known).flat()),
    );
  const pairOf = ({ name, schema }: Parameter): fc.Arbitrary<Pair> =>
    fc
      .oneof(
        { weight: 8, arbitrary: known[name] || schema?.format === 'uuid' ? idsFor(name) : valuesOf(schema) },
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

/** Catalogue group B, and bodies in order of which a field or two are not; each in one of the types that are read. */
function bodiesOf({ body }: Operation, ids: readonly string[]): fc.Arbitrary<Body | undefined> {
  const contents = Object.entries(body ?? { 'application/json': {} });
  const bodies = fc.oneof(...contents.map(([type, content]) => bodiesIn(type, content, ids)));
  return fc.oneof(
    { weight: body ? 1 : 8, arbitrary: fc.constant(undefined) },
    { weight: body ? 14 : 1, arbitrary: bodies },
  );
}

function bodiesIn(type: string, content: Contents[string], ids: readonly string[]): fc.Arbitrary<Body> {
  const examples = [content.example, ...Object.values(content.examples ?? {}).map(({ value }) => value)].filter(
    (example) => example !== undefined,
  );
  const made = valuesOf(content.schema);
  const good = examples.length > 0 ? fc.oneof(made, fc.constantFrom(...examples)) : made;
  const withOddField = fc
    .tuple(good, fc.nat(20), fc.oneof(ODD_VALUES, fc.constantFrom<unknown>(...ids)))
    .map(([value, place, odd]) => {
      const names = Object.keys((value ?? {}) as object);
      return { ...(value as object), [names[place % (names.length + 1)] ?? 'unknown']: odd };
    });
  const spoilt = fc.tuple(good, fc.constantFrom(...BODIES)).map(([value, row]): Body => {
    const bytes = row.make({ name: 'x', ...(value as Fields) });
    return {
      type: row.type ?? 'application/json',
      ...(row.headers && { headers: row.headers }),
      bytes: bytesOf(bytes),
    };
  });
  return fc.oneof(
    { weight: 6, arbitrary: good.map((value) => written(type, value)) },
    { weight: 5, arbitrary: withOddField.map((value) => written(type, value)) },
    { weight: 3, arbitrary: spoilt },
  );
}

function written(type: string, value: unknown): Body {
  const fields = Object.fromEntries(
    Object.entries((value ?? {}) as Fields).map(([name, each]) => [name.toWellFormed(), asText(each).toWellFormed()]),
  );
  switch (type) {
    case 'application/x-www-form-urlencoded':
      return { type, bytes: form(fields) };
    case 'multipart/form-data':
      return { type: `${type}; boundary=b`, bytes: bytesOf(multipart(fields)) };
    default:
      return { type, bytes: bytesOf(type.startsWith('application/json') ? JSON.stringify(value) : asText(value)) };
  }
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
