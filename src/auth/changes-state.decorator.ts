import { Reflector } from '@nestjs/core';

/** Marks a GET that changes state, as some wires want their logout: it passes the origin gate like a POST. */
export const ChangesState = Reflector.createDecorator<void, true>({ transform: () => true });
