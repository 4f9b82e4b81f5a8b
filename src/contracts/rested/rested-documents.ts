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
import { Refuses, type Refusal } from '../../errors/refuses.decorator.js';
import { REFUSED_ANYWHERE, REFUSED_DELETE, REFUSED_GET, REFUSED_POST, REFUSED_PUT } from './rested-refusals.js';
import { ANSWERS, POSTED, PUT } from './rested.examples.js';
import { RestedAnswer, RestedChange, RestedLogin, RestedRegistration } from './rested.wire.js';

const ANYTHING = { description: 'Any JSON.' } as const;

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
function everywhere(...refusals: Refusal[]): MethodDecorator {
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
    Refuses(...REFUSED_ANYWHERE, ...refusals),
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
    everywhere(...REFUSED_POST),
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
    everywhere(...REFUSED_GET),
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
    everywhere(...REFUSED_PUT),
  );
}

export function DescribeDelete(): MethodDecorator {
  return applyDecorators(
    uniqueId(true, 'The own user, or a record.'),
    ApiNoContentResponse({ description: 'Deleted.' }),
    everywhere(...REFUSED_DELETE),
  );
}
