import { ValidateIf } from 'class-validator';

/** For a field that may be left out, but not be null. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** For a field that may be left out, or be null. */
export function IfSet(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}
