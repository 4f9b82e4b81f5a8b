import { applyDecorators, type Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsObject, ValidateIf, ValidateNested } from 'class-validator';

/** For what may be left out, but not be null. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** For what may be left out, and null gives back to the default. */
export function IfSet(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}

/** An object that is checked by the rules of its class. A list is none: unasked, it would pass for one. */
export function IsPart(of: () => Class): PropertyDecorator {
  return applyDecorators(Type(of), ValidateNested(), IsObject());
}

/** A list of such objects. */
export function AreParts(of: () => Class): PropertyDecorator {
  return applyDecorators(Type(of), ValidateNested({ each: true }), IsObject({ each: true }));
}
