import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RawBody } from './body-reader.js';

const Bytes = createParamDecorator((_: unknown, context: ExecutionContext): RawBody | undefined => {
  return context.switchToHttp().getRequest<FastifyRequest>().body as RawBody | undefined;
});

/** The body of a wire that reads it by rules of its own: its pipe makes the parameter's class of the bytes. */
export function WireBody(pipe: Type<PipeTransform>): ParameterDecorator {
  return Bytes(pipe);
}
