import { applyDecorators, type Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';

/** An object that is checked by the rules of its class. A list is none: unasked, it would pass for one. */
export function IsPart(of: () => Class): PropertyDecorator {
  return applyDecorators(Type(of), ValidateNested(), IsObject());
}

/** A list of such objects. */
export function AreParts(of: () => Class): PropertyDecorator {
  return applyDecorators(Type(of), ValidateNested({ each: true }), IsObject({ each: true }));
}
