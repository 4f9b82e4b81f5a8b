import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isBasic } from '../../auth/service-secret.js';
import type { DomainError, ErrorCode } from '../../errors/domain.error.js';
import { PresenterFilter, type Face } from '../../errors/presenter.filter.js';

type Shown = readonly [status: number, error: string];

// RFC 6749 §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1. What no specification names is told as a malformed request.
const FACES: Partial<Record<ErrorCode, Shown>> = {
  SERVICE_KEY_UNKNOWN: [401, 'invalid_client'],
  APPLICATION_UNKNOWN: [401, 'invalid_client'],
  SCOPE_MISSING: [403, 'insufficient_scope'],
  ORIGIN_REFUSED: [403, 'access_denied'],
  TOKEN_NOT_YOURS: [400, 'unauthorized_client'],
  METHOD_NOT_ALLOWED: [405, 'invalid_request'],
  NOT_FOUND: [404, 'invalid_request'],
  BODY_TOO_LARGE: [413, 'invalid_request'],
  TOO_MANY_REQUESTS: [429, 'temporarily_unavailable'],
  OVERLOADED: [503, 'temporarily_unavailable'],
  STORE_UNAVAILABLE: [503, 'temporarily_unavailable'],
  INTERNAL: [500, 'server_error'],
};
// RFC 6749 §5.2: printable ASCII without quotes and backslashes.
const UNQUOTABLE = /[^ !#-[\]-~]/g;
const MALFORMED: Shown = [400, 'invalid_request'];

/** Refusals of the OAuth routes: `error` and `error_description` (RFC 6749 §5.2). */
@Catch()
export class OAuthPresenter extends PresenterFilter {
  face(refusal: DomainError, { headers }: FastifyRequest): Face {
    return oauthFace(refusal, headers.authorization);
  }
}

/** The same face for documents, which have no request. The scheme that was tried is the one that is asked for. */
export function oauthFace({ code, message }: DomainError, authorization?: string): Face {
  const [status, error] = FACES[code] ?? MALFORMED;
  const scheme = isBasic(authorization) ? 'Basic realm="curfew"' : 'Bearer';
  const challenge =
    code === 'SCOPE_MISSING' ? `${scheme}${isBasic(authorization) ? ',' : ''} error="insufficient_scope"` : scheme;
  return {
    status,
    ...((status === 401 || status === 403) && { headers: { 'www-authenticate': challenge } }),
    body: { error, error_description: message.replaceAll(UNQUOTABLE, ' ') },
  };
}
