import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CallingService } from '../service-key/calling-service.js';

/** Hands the calling service to a handler. Only behind `@ForServices`. */
export const CurrentService = createParamDecorator((_: unknown, context: ExecutionContext): CallingService => {
  const { service } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!service) throw new Error('This route is not for services.');
  return service;
});
