import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCookieAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
} from '@nestjs/swagger';
import { Public } from '../../auth/public.decorator.js';
import { DomainError } from '../../errors/domain.error.js';
import { Refuses, type Refusal } from '../../errors/refuses.decorator.js';
import { ElvisLoginFault } from './elvis.wire.js';

const GIVEN_TWICE = new DomainError('VALIDATION_FAILED', 'username: must be given once');
const FOUNDER = { username: 'admin@localhost', password: 'the password that the first start printed' };
const FAULT = { loginSuccess: false, loginFaultMessage: 'The credentials were not accepted.' };
const FORM = { type: 'object', properties: { logoutSuccessUrl: { type: 'string', example: '/bye' } } };

/** An open route that treats a caller with a token otherwise than one without. */
export function MayTakeToken(): MethodDecorator {
  return applyDecorators(Public(), ApiSecurity({}), ApiBearerAuth('bearer'), ApiCookieAuth('cookie'));
}

/** What a login call reads: every kind of body, and the query as well. */
export function ReadsLogin(body: Type): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data', 'application/json'),
    ApiBody({
      type: body,
      required: false,
      description: 'The same parameters are read in the query; those in the body come before them.',
      examples: { pair: { summary: 'User name and password', value: FOUNDER } },
    }),
  );
}

/** A login call answers 200 in any case: `loginSuccess` tells. */
export function AnswersLogin(answer: Type, example: object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(answer, ElvisLoginFault),
    ApiOkResponse({
      description: 'Logged in, or not: `loginSuccess` tells.',
      content: {
        'application/json': {
          schema: { anyOf: [{ $ref: getSchemaPath(answer) }, { $ref: getSchemaPath(ElvisLoginFault) }] },
          examples: {
            right: { summary: 'Logged in', value: example },
            wrong: { summary: 'Not logged in', value: FAULT },
          },
        },
      },
    }),
  );
}

/** What is wrong with the credentials or their user arrives in the words of the login calls. */
export function RefusesLogin(...refusals: Refusal[]): MethodDecorator {
  const inWords: Refusal[] = ['LOGIN_LOCKED', 'USER_DISABLED', 'SESSION_LIMIT_REACHED'];
  return Refuses('APPLICATION_UNKNOWN', 'ORIGIN_REFUSED', 'LOGIN_LIMITED', GIVEN_TWICE, ...inWords, ...refusals);
}

/** A text that is no JSON. */
export function AnswersText(type: 'text/plain' | 'text/html', description: string, example: string): MethodDecorator {
  return ApiOkResponse({ description, content: { [type]: { schema: { type: 'string', example } } } });
}

/** Leads on to another page. */
export function Redirects(description: string): MethodDecorator {
  const headers = { Location: { description: 'Where to go on.', schema: { type: 'string', example: '/logout/done' } } };
  return ApiResponse({ status: 302, description, headers });
}

/** The form of the redirecting logout. */
export function ReadsRedirect(): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data'),
    ApiBody({ required: false, schema: FORM as never }),
  );
}
