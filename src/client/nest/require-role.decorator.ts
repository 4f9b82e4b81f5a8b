import { SetMetadata } from '@nestjs/common';
import { ROLE } from './route-rules.js';

/** 403 for a user without this role. On a class and on its handler it asks for both. */
export const RequireRole = (role: string): ClassDecorator & MethodDecorator => SetMetadata(ROLE, role);
