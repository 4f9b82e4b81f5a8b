import { Reflector } from '@nestjs/core';

/** Names the strategy that finds the token of a route or controller; without it, our own. */
export const AuthenticateWith = Reflector.createDecorator<string>();
