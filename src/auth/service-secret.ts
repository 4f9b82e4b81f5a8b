import type { FastifyRequest } from 'fastify';
import { KeySecret } from '../service-key/key-secret.js';
import { uuidOf } from '../session/session-token.js';
import { headerValues } from './carriers.js';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;
const BEARER = /^Bearer +(cfk_\S*)$/i;

/**
 * The service key of a request: `Authorization: Bearer cfk_…` (RFC 6750 §2.1), or Basic with the key's id and the key
 * (RFC 6749 §2.3.1). Undefined where there is none, more than one, or what was never a key.
 */
export function presentedSecret({ headers, raw }: FastifyRequest): KeySecret | undefined {
  if (headers.authorization === undefined) return undefined;
  const [value, ...more] = headerValues(raw.rawHeaders, 'authorization');
  if (value === undefined || more.length > 0) return undefined;
  return KeySecret.parse(BEARER.exec(value)?.[1]) ?? ofBasic(BASIC.exec(value)?.[1]);
}

/** Whether a request shows a service key rather than a session: then it is judged as one, whatever else it carries. */
export function isService({ headers: { authorization } }: FastifyRequest): boolean {
  return authorization !== undefined && (isBasic(authorization) || BEARER.test(authorization));
}

/** The scheme that was tried decides what a refusal asks for (RFC 6749 §5.2). */
export function isBasic(authorization: string | undefined): boolean {
  return authorization !== undefined && /^Basic\b/i.test(authorization);
}

function ofBasic(credentials: string | undefined): KeySecret | undefined {
  if (credentials === undefined) return undefined;
  const [id, text, ...rest] = Buffer.from(credentials, 'base64').toString('latin1').split(':');
  const secret = rest.length === 0 ? KeySecret.parse(text) : undefined;
  return secret && uuidOf(secret.keyId) === id?.toLowerCase() ? secret : undefined;
}
