import { Reflector } from '@nestjs/core';

/**
 * Says of a route what its method does not. A GET that changes state, as some wires want their logout, passes the origin
 * gate like a POST; `false` marks a route that changes nothing by whatever method it is asked.
 */
export const ChangesState = Reflector.createDecorator<boolean | undefined, boolean>({
  transform: (changes = true) => changes,
});
