import { Transform } from 'class-transformer';

/** Ids are compared in lower case, as the database writes them. */
export function InLowerCase(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
}
