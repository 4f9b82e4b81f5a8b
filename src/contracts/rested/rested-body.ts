import { ValidationPipe, type Type } from '@nestjs/common';
import { faultsOf } from '../../auth/body-rules.js';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
import { parseStrictJson, unreadable } from '../../http/strict-json.js';

const JSON_TYPE = /^application\/json(?:; ?charset="?utf-8"?)?$/i;
const TEXT_TYPE = /^text\/plain(?:; ?charset="?utf-8"?)?$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const WIRE_RULES = new ValidationPipe({
  transform: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => {
    const faults = errors.flatMap((error) => faultsOf(error));
    return new DomainError('VALIDATION_FAILED', `${faults[0]?.field}: ${faults[0]?.message}`, { faults });
  },
});

/** The fields of a JSON object. Refuses BODY_UNREADABLE, also for another content type. */
export function fieldsIn(body: RawBody | undefined): Record<string, unknown> {
  const value = jsonIn(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('The body is not a JSON object.');
  return value as Record<string, unknown>;
}

/** The data of a record: any JSON, or a text. Refuses BODY_UNREADABLE and MEDIA_TYPE_UNSUPPORTED. */
export function dataIn(body: RawBody | undefined): unknown {
  if (!body || body.bytes.length === 0) throw unreadable('The body is empty.');
  if (TEXT_TYPE.test(body.contentType)) return storable(textIn(body.bytes));
  if (JSON_TYPE.test(body.contentType)) return jsonIn(body);
  throw new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Send a record as application/json or text/plain in UTF-8.');
}

/** Three fields against their class: the rest of a user's data is free. Refuses VALIDATION_FAILED. */
export async function checked<Body extends object>(
  type: Type<Body>,
  { username, email, password }: Record<string, unknown>,
): Promise<Body> {
  const given = Object.entries({ username, email, password }).filter(([, value]) => value !== undefined);
  return (await WIRE_RULES.transform(Object.fromEntries(given), { type: 'body', metatype: type })) as Body;
}

function jsonIn(body: RawBody | undefined): unknown {
  if (!body || body.bytes.length === 0) throw unreadable('The body is empty.');
  if (!JSON_TYPE.test(body.contentType)) throw unreadable('Send the body as application/json in UTF-8.');
  return storable(parseStrictJson(body.bytes));
}

function textIn(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw unreadable('The body is not UTF-8.');
  }
}

// PostgreSQL's jsonb has no NUL, and JSON has no infinity: `1e400` would come back as null.
function storable(value: unknown): unknown {
  if (!isStorable(value)) throw unreadable('The body holds a NUL, or a number that is too large.');
  return value;
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0');
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member));
}
