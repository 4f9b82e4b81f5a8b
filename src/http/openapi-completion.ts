import type { OpenAPIObject } from '@nestjs/swagger';
import { PUBLIC } from '../auth/public.decorator.js';
import { DomainError, type ErrorCode } from '../errors/domain.error.js';
import type { Face } from '../errors/presenter.filter.js';
import { REFUSES } from '../errors/refuses.decorator.js';

/** How a contract would show a refusal. */
export type FaceOf = (refusal: DomainError) => Face;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { [REFUSES]?: ErrorCode[]; [PUBLIC]?: boolean };

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const ALWAYS: ErrorCode[] = ['INTERNAL', 'OVERLOADED', 'STORE_UNAVAILABLE'];

/** Gives every operation its refusals with schema and examples, its security, and an id of its own. */
export function completeDocument(document: OpenAPIObject, faceOf: FaceOf, schemes: string[]): OpenAPIObject {
  document.security = schemes.map((scheme) => ({ [scheme]: [] }));
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (operation) complete(operation, path, faceOf, ids);
    }
  }
  return document;
}

function complete(operation: Operation, path: string, faceOf: FaceOf, ids: Set<string>): void {
  const { [REFUSES]: refuses = [], [PUBLIC]: isPublic = false } = operation;
  delete operation[REFUSES];
  delete operation[PUBLIC];
  if (isPublic) operation.security = [];
  operation.operationId = unusedId(operation.operationId ?? path, path, ids);
  const codes = new Set<ErrorCode>([
    ...refuses,
    ...(isPublic ? [] : (['SESSION_UNKNOWN'] as const)),
    ...(path.startsWith('/health') ? [] : ALWAYS),
  ]);
  for (const [status, faces] of byStatus([...codes], faceOf)) operation.responses[status] ??= responseOf(faces);
  operation.responses = Object.fromEntries(
    Object.entries(operation.responses).sort(([a], [b]) => Number(a) - Number(b)),
  );
}

function unusedId(id: string, path: string, ids: Set<string>): string {
  const words = path.split('/').filter((word) => /^[a-z]/i.test(word) && !/^v\d/.test(word));
  const unused = ids.has(id) ? `${id}_${words.join('_')}` : id;
  ids.add(unused);
  return unused;
}

function byStatus(codes: ErrorCode[], faceOf: FaceOf): Map<number, [ErrorCode, Face][]> {
  const faces = new Map<number, [ErrorCode, Face][]>();
  for (const code of codes) {
    const face = faceOf(sampleRefusal(code));
    faces.set(face.status, [...(faces.get(face.status) ?? []), [code, face]]);
  }
  return faces;
}

function sampleRefusal(code: ErrorCode): DomainError {
  const faults = code === 'VALIDATION_FAILED' ? { faults: [{ field: 'password', message: 'must be a string' }] } : {};
  return new DomainError(code, SAMPLES[code] ?? 'What happened, and what to do.', faults);
}

const SAMPLES: Partial<Record<ErrorCode, string>> = {
  BODY_UNREADABLE: 'The body is not JSON.',
  CREDENTIALS_REJECTED: 'The credentials were not accepted.',
  FORBIDDEN: 'This needs the role admin.',
  IDENTITY_TAKEN: 'This user name is taken.',
  LOGIN_LIMITED: 'Too many attempts. Wait before the next one.',
  NOT_FOUND: 'Not there, or not yours.',
  SESSION_UNKNOWN: 'No live session. Log in.',
  STORE_UNAVAILABLE: 'The session store does not answer. Try again shortly.',
  VALIDATION_FAILED: 'password: must be a string',
};

function responseOf(faces: [ErrorCode, Face][]): Operation['responses'][string] {
  const [, first] = faces[0]!;
  const contentType = (first.contentType ?? 'application/json').split(';')[0]!;
  const examples = Object.fromEntries(faces.map(([code, { body }]) => [code, { value: body }]));
  return {
    description: faces.map(([code]) => `\`${code}\``).join(', '),
    ...(first.status === 401 &&
      first.headers && {
        headers: {
          'WWW-Authenticate': {
            description: 'The scheme that would open the door.',
            schema: { type: 'string', example: 'Bearer' },
          },
        },
      }),
    ...((first.status === 429 || first.status === 503) && {
      headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', example: 1 } } },
    }),
    content: { [contentType]: { schema: schemaOf(first.body), examples } },
  };
}

type Schema = Record<string, unknown>;

/** The schema of an example: refusals have few members, and the example is the face itself. */
function schemaOf(value: unknown): Schema {
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0]) };
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    return {
      type: 'object',
      required: members.map(([name]) => name),
      properties: Object.fromEntries(members.map(([name, member]) => [name, schemaOf(member)])),
    };
  }
  return { type: Number.isInteger(value) ? 'integer' : typeof value };
}
