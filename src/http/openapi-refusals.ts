import type { Type } from '@nestjs/common';
import { getSchemaPath } from '@nestjs/swagger';
import { DomainError, type ErrorCode, type FieldFault } from '../errors/domain.error.js';
import type { Face } from '../errors/presenter.filter.js';

/** How one contract shows refusals: their faces, and the class that documents these. */
export interface RefusalStyle {
  faceOf: (refusal: DomainError) => Face;
  model: Type;
}

type Responses = Record<string, object>;

/** The responses in which these codes arrive, with schema and one example a code. */
export function refusalResponses(
  codes: Iterable<ErrorCode>,
  { faceOf, model }: RefusalStyle,
  fault: FieldFault,
): Responses {
  const responses: Record<number, [ErrorCode, Face][]> = {};
  for (const code of codes) {
    const face = faceOf(sampleOf(code, fault));
    (responses[face.status] ??= []).push([code, face]);
  }
  return Object.fromEntries(
    Object.entries(responses).map(([status, faces]) => [status, responseOf(faces, getSchemaPath(model))]),
  );
}

function responseOf(faces: [ErrorCode, Face][], schema: string): object {
  const [, { status, headers = {}, contentType = 'application/json', body: example }] = faces[0]!;
  const examples = Object.fromEntries(faces.map(([code, { body }]) => [code, { summary: SAMPLES[code], value: body }]));
  const documented = {
    ...('www-authenticate' in headers && { 'WWW-Authenticate': header('The scheme that opens the door.', 'Bearer') }),
    ...((status === 429 || status === 503) && { 'Retry-After': header('Seconds to wait.', 1) }),
  };
  return {
    description: faces.map(([code]) => SAMPLES[code]).join('\n\n'),
    ...(Object.keys(documented).length > 0 && { headers: documented }),
    content: {
      [contentType.split(';')[0]!]: { schema: { $ref: schema }, ...(faces.length > 1 ? { examples } : { example }) },
    },
  };
}

function header(description: string, example: string | number): object {
  return { description, schema: { type: typeof example === 'number' ? 'integer' : 'string', example } };
}

function sampleOf(code: ErrorCode, fault: FieldFault): DomainError {
  if (code !== 'VALIDATION_FAILED') return new DomainError(code, SAMPLES[code]);
  return new DomainError(code, `${fault.field}: ${fault.message}`, { faults: [fault] });
}

/** What each refusal says, as the documents show it. */
const SAMPLES = {
  APPLICATION_CONFLICT: 'This id, key or host is taken already.',
  APPLICATION_INVALID: 'No application can have this id.',
  APPLICATION_UNKNOWN: 'There is no such application, or its key is another.',
  BODY_TOO_LARGE: 'The body is larger than this route reads.',
  BODY_UNREADABLE: 'The body is not JSON.',
  CREDENTIALS_REJECTED: 'The credentials were not accepted.',
  CSRF_REJECTED: 'The csrf token is missing, or not this session’s. Nothing was changed.',
  ENDPOINT_UNKNOWN: 'This application has no such endpoint.',
  FORBIDDEN: 'This needs the role admin.',
  IDENTITY_TAKEN: 'This user name is taken.',
  INTERNAL: 'Something went wrong on our side. The request id finds it in the log.',
  KEY_MISSING: 'The key of the application is missing.',
  LOGIN_LIMITED: 'Too many attempts. Wait before the next one.',
  LOGIN_LOCKED: 'Too many failed logins in a row. Wait, or ask an administrator.',
  LOGIN_STALE: 'Ending other sessions needs a login of the last five minutes. Log in again.',
  MEDIA_TYPE_UNSUPPORTED: 'Send the body as application/json in UTF-8.',
  METHOD_NOT_ALLOWED: 'PUT is not among the methods of this path.',
  NOT_FOUND: 'Not there, or not yours.',
  ORIGIN_REFUSED: 'This request came from a page that is not allowed to make it. Nothing was changed.',
  OVERLOADED: 'Too much is waiting already. Try again shortly.',
  PASSWORD_REJECTED: 'The current password is wrong. Nothing was changed.',
  PROPERTY_MISSING: 'A property that this application requires is missing.',
  REGISTRATION_CLOSED: 'This application does not let people register themselves.',
  REQUEST_INVALID: 'The request cannot be understood.',
  SESSION_LIMIT_REACHED: 'This user is logged in 10 times already, which is the limit. Log out elsewhere first.',
  SESSION_UNKNOWN: 'No live session. Log in.',
  STORE_UNAVAILABLE: 'The session store does not answer. Try again shortly.',
  USER_DISABLED: 'This user is disabled.',
  VALIDATION_FAILED: 'A field does not fit; the answer names it.',
} satisfies Record<ErrorCode, string>;
