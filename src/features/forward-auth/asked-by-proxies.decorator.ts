import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension, ApiFoundResponse, ApiOkResponse } from '@nestjs/swagger';
import { ASKED_BY_PROXIES } from '../../auth/cross-origin.js';
import { roleMissing } from '../../auth/administrator.guard.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { IGNORED_BODY, IGNORES_BODY } from '../../http/body-reader.js';
import { QUESTION } from '../../http/request-log.js';
import { LOGIN_HEADER } from './forward-auth.presenter.js';
import { otherApplication } from './requirements.js';

const text = (description: string, example: string) => ({ description, schema: { type: 'string' as const, example } });
const IDENTITY = {
  'X-Auth-User': text('The user name; what is not printable ASCII, `%` and `,` are percent-encoded UTF-8.', 'alice'),
  'X-Auth-User-Id': text('The id of the user.', '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80'),
  'X-Auth-Session': text('The id of the session.', '019aa3f2-8d2f-7e4b-8c20-3a5b6c7d8e90'),
  'X-Auth-Roles': text('The roles, separated by commas; empty where there are none.', 'admin,editor'),
  'X-Auth-Application': text('The id of the application.', '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'),
};
const LOGIN = text('The login page, with `return_to`.', 'https://www.example.org/login');

/** What every method of the question has in common: how it is answered, and that body, origin and preflight mean nothing here. */
export function AskedByProxies(): MethodDecorator {
  return applyDecorators(
    RouteConfig({ ...ASKED_BY_PROXIES, ...IGNORED_BODY, ...QUESTION }),
    ApiExtension(IGNORES_BODY, true),
    ApiOkResponse({ description: 'Let it pass. The headers say who is there; there is no body.', headers: IDENTITY }),
    ApiFoundResponse({
      description: 'Nobody is logged in; with `login=redirect`, for browsers, where a login page is set.',
      headers: { Location: LOGIN, [LOGIN_HEADER]: LOGIN },
    }),
    Refuses(roleMissing('editor'), otherApplication()),
  );
}
