import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';

const FORM_TYPE = /^application\/x-www-form-urlencoded(?:; ?charset="?utf-8"?)?$/i;
const MAX_PARAMETERS = 20;

/** The parameters of a request to the OAuth routes, and what is wrong with them, if anything is. */
export interface OAuthForm {
  readonly parameters: ReadonlyMap<string, string>;
  readonly fault: string | undefined;
}

/** Reads the form once. Refuses nothing: whoever asks is judged before what is asked (RFC 6749 §3.2: no parameter twice). */
export function oauthFormOf(request: FastifyRequest): OAuthForm {
  return (request.oauthForm ??= read(request.body as RawBody | undefined));
}

/** The token that a form is about. Refuses VALIDATION_FAILED for a form that has none, or one twice (RFC 7662 §2.1, RFC 7009 §2.1). */
export function tokenIn(request: FastifyRequest): string {
  const { parameters, fault } = oauthFormOf(request);
  const token = parameters.get('token');
  const found = fault ?? (token === undefined || token === '' ? 'token: must be given' : undefined);
  if (found !== undefined) throw unfitForm(found);
  return token!;
}

/** The refusal of a form that cannot be read in exactly one way. */
export function unfitForm(fault = 'token: must be given once'): DomainError {
  return new DomainError('VALIDATION_FAILED', fault);
}

function read(body: RawBody | undefined): OAuthForm {
  const parameters = new Map<string, string>();
  if (!body) return { parameters, fault: 'token: must be given' };
  if (!FORM_TYPE.test(body.contentType))
    return { parameters, fault: 'Send the parameters as application/x-www-form-urlencoded.' };
  let twice: string | undefined;
  for (const [name, value] of new URLSearchParams(body.bytes.toString('utf8'))) {
    if (parameters.has(name)) twice ??= name;
    parameters.set(name, value);
    if (parameters.size > MAX_PARAMETERS) return { parameters, fault: `More than ${MAX_PARAMETERS} parameters.` };
  }
  // A token given twice is none: nobody guesses which of them was meant.
  if (twice !== undefined) parameters.delete(twice);
  return { parameters, fault: twice === undefined ? undefined : `${twice.slice(0, 64)}: must be given once` };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The form of a request to the OAuth routes, once it was read. */
    oauthForm: OAuthForm | undefined;
  }
}
