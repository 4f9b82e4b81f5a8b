import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';

/** What `@Public()` writes on a handler or class. */
export const IS_PUBLIC = 'curfew:public';
/** What `@RequireRole()` writes on a handler or class. */
export const ROLE = 'curfew:role';

/** Whether a stranger may pass. The handler's word beats its class', and where one place says both, it stays closed. */
export function isPublic(context: ExecutionContext): boolean {
  const place = [context.getHandler(), context.getClass()].find((each) => has(IS_PUBLIC, each) || has(ROLE, each));
  return place !== undefined && has(IS_PUBLIC, place) && !has(ROLE, place);
}

/** Every role that the handler and its class ask for. */
export function rolesAskedBy(context: ExecutionContext): string[] {
  const roles = [context.getClass(), context.getHandler()].map((place) => Reflect.getMetadata(ROLE, place) as unknown);
  return roles.filter((role) => typeof role === 'string');
}

function has(key: string, place: object): boolean {
  return Reflect.hasMetadata(key, place);
}
