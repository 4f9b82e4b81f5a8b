import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiQuery,
  getSchemaPath,
  ApiExtraModels,
} from '@nestjs/swagger';
import { Refuses } from '../../errors/refuses.decorator.js';
import { ANSWERS, POSTED, PUT } from './rested.examples.js';
import { RestedAnswer, RestedChange, RestedLogin, RestedRegistration } from './rested.wire.js';

const ANYTHING = { type: 'object', additionalProperties: true } as const;

const flag = (name: string, description: string): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema: { type: 'string', enum: ['true'] } });
const uniqueId = (required: boolean, description: string): MethodDecorator =>
  ApiQuery({ name: 'uniqueId', required, description, schema: { type: 'string', pattern: '^[0-9a-fA-F]{32}$' } });
const DATA_ONLY = flag('dataOnly', 'The inner `data` alone.');
const STRATEGY = ApiQuery({
  name: 'strategy',
  required: false,
  description: '`force` and `replace` replace the whole data; `merge` lays the fields sent over those that are there.',
  schema: { type: 'string', enum: ['force', 'merge', 'replace'], default: 'force' },
});

/** What every operation takes, and may be refused with before it begins. */
function everywhere(...codes: Parameters<typeof Refuses>): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(RestedAnswer),
    ApiParam({
      name: 'endpoint',
      description: 'The name of the endpoint; it may contain `/`.',
      schema: { type: 'string' },
      example: 'examples/auth',
    }),
    ApiQuery({ name: 'key', description: 'The API key of the project.', schema: { type: 'string' } }),
    ApiQuery({
      name: 'masterKey',
      required: false,
      description: 'The secret of an operator: overrides the token and the list of origins.',
      schema: { type: 'string' },
    }),
    Refuses(
      'APPLICATION_UNKNOWN',
      'ENDPOINT_UNKNOWN',
      'REQUEST_INVALID',
      'KEY_MISSING',
      'ORIGIN_REFUSED',
      'FORBIDDEN',
      ...codes,
    ),
  );
}

function answers(description: string): MethodDecorator {
  const answer = { $ref: getSchemaPath(RestedAnswer) };
  const schema = { anyOf: [answer, { type: 'array', items: answer }, ANYTHING] };
  return ApiOkResponse({ description, content: { 'application/json': { schema, examples: ANSWERS } } });
}

/** Four operations on one route. */
export function DescribePost(): MethodDecorator {
  return applyDecorators(
    flag('login', 'Log in.'),
    flag('logout', 'Log out. No body is needed, and none is read.'),
    flag('noATCookie', 'At login: no cookie; the token arrives in the response header `Authorization`.'),
    DATA_ONLY,
    ApiExtraModels(RestedLogin, RestedRegistration),
    ApiBody({
      required: false,
      description: 'Nothing at logout. JSON to log in and to register; JSON or text for a record.',
      schema: { anyOf: [{ $ref: getSchemaPath(RestedLogin) }, { $ref: getSchemaPath(RestedRegistration) }, ANYTHING] },
      examples: POSTED,
    }),
    answers('Logged in, registered or created.'),
    ApiNoContentResponse({ description: 'Logged out, whether or not anyone was logged in.' }),
    everywhere(
      'CREDENTIALS_REJECTED',
      'SESSION_UNKNOWN',
      'REGISTRATION_CLOSED',
      'IDENTITY_TAKEN',
      'PROPERTY_MISSING',
      'SESSION_LIMIT_REACHED',
      'LOGIN_LIMITED',
      'LOGIN_LOCKED',
    ),
  );
}

export function DescribeGet(): MethodDecorator {
  return applyDecorators(
    uniqueId(false, 'The record wanted; may be given several times. Without it all of them, 1,000 at most.'),
    ApiQuery({
      name: 'jsonata',
      required: false,
      description: 'A JSONata expression over the answer: at most 2 KiB, two seconds, and a result of 1 MiB.',
      schema: { type: 'string', maxLength: 2048 },
    }),
    DATA_ONLY,
    answers('The user who is logged in, one record, or a list of records.'),
    everywhere('SESSION_UNKNOWN', 'NOT_FOUND', 'VALIDATION_FAILED'),
  );
}

export function DescribePut(): MethodDecorator {
  return applyDecorators(
    uniqueId(true, 'The own user, or a record.'),
    STRATEGY,
    DATA_ONLY,
    ApiExtraModels(RestedChange),
    ApiBody({
      description: 'The new data. A new password ends the user’s other sessions.',
      schema: { anyOf: [{ $ref: getSchemaPath(RestedChange) }, ANYTHING] },
      examples: PUT,
    }),
    answers('Changed.'),
    everywhere('SESSION_UNKNOWN', 'NOT_FOUND', 'IDENTITY_TAKEN', 'PASSWORD_REJECTED'),
  );
}

export function DescribeDelete(): MethodDecorator {
  return applyDecorators(
    uniqueId(true, 'The own user, or a record.'),
    ApiNoContentResponse({ description: 'Deleted.' }),
    everywhere('SESSION_UNKNOWN', 'NOT_FOUND'),
  );
}
