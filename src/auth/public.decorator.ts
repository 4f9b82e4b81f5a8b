import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';

/** What the guard reads of `@Public()`. */
export const IsPublic = Reflector.createDecorator<void, true>({ transform: () => true });

/** Extension by which the OpenAPI document learns that a route is open. */
export const PUBLIC = 'x-public';

/** Opens one route: without it, a stranger gets 401. */
export function Public(): MethodDecorator {
  return applyDecorators(IsPublic(), ApiExtension(PUBLIC, true));
}
