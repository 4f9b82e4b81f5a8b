import { SetMetadata } from '@nestjs/common';
import { IS_PUBLIC } from './route-rules.js';

/** Opens a handler, or every handler of a class, to strangers; a `@Principal()` there is undefined. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(IS_PUBLIC, true);
