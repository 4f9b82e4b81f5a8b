import fc from 'fast-check';
import type { Schema } from './operations.js';

/** What no schema of ours allows, or only by chance: of every JSON type, and what has fooled parsers before. */
export const ODD_VALUES: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    '',
    ' ',
    0,
    -1,
    1.5,
    2 ** 53 + 2,
    [],
    {},
    [[]],
    [null],
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\r\nSet-Cookie: a=b',
    '\u202e\u001b[2J',
    "' or 1=1--",
    '%',
    '_',
    '\\',
    '{}',
    'null',
    'NaN',
    'Infinity',
    '-infinity',
    '0000-00-00T00:00:00Z',
    '294277-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '0.0.0.0/0',
    '::/0',
    '::ffff:127.0.0.1',
    '1.2.3.4/33',
    '01.2.3.4',
    'fe80::1%eth0',
    '００００',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
);

/** Values that a schema allows, and its own examples often. Nothing else is known of them: a server may refuse them still. */
export function valuesOf(schema: Schema = {}): fc.Arbitrary<unknown> {
  const values = schema.example === undefined ? made(schema) : fc.oneof(fc.constant(schema.example), made(schema));
  return schema.nullable ? fc.oneof({ weight: 4, arbitrary: values }, fc.constant(null)) : values;
}

function made(schema: Schema): fc.Arbitrary<unknown> {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return fc.oneof(...choices.map(valuesOf));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type ?? 'string') {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 2 ** 31 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'array':
      return arraysOf(schema);
    case 'object':
      return objectsOf(schema);
    default:
      return textsOf(schema);
  }
}

function arraysOf({ items, minItems = 0, maxItems = 5, uniqueItems }: Schema): fc.Arbitrary<unknown[]> {
  const length = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) };
  return uniqueItems
    ? fc.uniqueArray(valuesOf(items), { ...length, selector: (value) => JSON.stringify(value) })
    : fc.array(valuesOf(items), length);
}

function objectsOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]));
  return fc.record(members, { requiredKeys: required.filter((name) => name in members) });
}

/** Of the last day, or of any time. */
const INSTANTS = fc.oneof(
  fc.date({ min: new Date(Date.now() - 86_400_000), max: new Date(), noInvalidDate: true }),
  fc.date({ noInvalidDate: true }),
);

function textsOf({ format, pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return INSTANTS.map((date) => date.toISOString());
  if (format === 'email') return fc.emailAddress();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 60), unit: 'grapheme' });
}
