import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiSecurity, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { Public } from '../../auth/public.decorator.js';
import { BackendlessFault } from './backendless.wire.js';

/** An open route that treats a caller with a token otherwise than one without. */
export function MayTakeToken(): MethodDecorator {
  return applyDecorators(Public(), ApiSecurity({}), ApiSecurity('token'));
}

/** The answer without a body. */
export function AnswersNothing(description: string): MethodDecorator {
  return applyDecorators(
    ApiOkResponse({
      description,
      content: { 'text/plain': { schema: { type: 'string', maxLength: 0 }, example: '' } },
    }),
  );
}

/** What a guarded route says to whoever brings no token. */
export function RefusesStrangers(code: number, message: string): MethodDecorator {
  return applyDecorators(
    ApiUnauthorizedResponse({
      description: 'No token came along.',
      type: BackendlessFault,
      example: { code, message, errorData: {} },
    }),
  );
}
