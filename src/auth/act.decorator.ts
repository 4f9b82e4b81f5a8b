import { Reflector } from '@nestjs/core';

/** Names what a route does in the audit log, where its controller and method would name it otherwise: `login`, whatever the wire. */
export const Act = Reflector.createDecorator<string>();
