import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiSecurity } from '@nestjs/swagger';
import { Public } from '../../auth/public.decorator.js';

const LOG_RECORD = { 'log-level': 'ERROR', logger: 'cart', message: 'It was empty.', timestamp: 1_763_661_600_000 };

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

/** Log records are taken whatever they look like. */
export function TakesLog(): MethodDecorator {
  const records = { type: 'array', items: { type: 'object', additionalProperties: true }, example: [LOG_RECORD] };
  return applyDecorators(
    ApiBody({
      required: false,
      description: 'Records, as the SDKs send them; not looked at.',
      schema: records as never,
    }),
  );
}
