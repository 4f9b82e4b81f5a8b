import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';
import { DomainError, type FieldFault } from '../errors/domain.error.js';

// Enough to mend a request; a body of nothing but unknown fields gets no answer larger than itself.
const MAX_FAULTS = 20;

/** Every body, path and query of ours against its DTO: what is unknown is refused, and the answer names the field. */
export const BODY_RULES = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => {
    const faults = errors.flatMap((error) => faultsOf(error)).slice(0, MAX_FAULTS);
    const [first] = faults;
    return new DomainError(
      'VALIDATION_FAILED',
      first ? `${first.field}: ${first.message}` : 'The request does not fit its schema.',
      { faults },
    );
  },
});

/** What class-validator found, field by field. */
export function faultsOf({ property, constraints, children = [] }: ValidationError, path = ''): FieldFault[] {
  const field = path + property;
  const own = Object.values(constraints ?? {}).map((message) => ({
    field,
    message: message.replace(`${property} `, ''),
  }));
  return [...own, ...children.flatMap((child) => faultsOf(child, `${field}.`))];
}

/** At most so many bytes of UTF-8: what hashing and storing cost, whatever the alphabet. */
export function MaxUtf8Bytes(max: number, options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && Buffer.byteLength(value) <= max;
  return ValidateBy(
    {
      name: 'maxUtf8Bytes',
      constraints: [max],
      validator: {
        validate,
        defaultMessage: buildMessage((each) => `${each}$property must be at most ${max} bytes long`, options),
      },
    },
    options,
  );
}

/** Text for people's eyes: no control characters, and nothing that turns the direction of reading (U+202A–202E, U+2066–2069). */
export function IsPrintable(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    typeof value === 'string' && !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(value);
  return ValidateBy(
    {
      name: 'isPrintable',
      validator: {
        validate,
        defaultMessage: buildMessage((each) => `${each}$property must be printable text`, options),
      },
    },
    options,
  );
}
