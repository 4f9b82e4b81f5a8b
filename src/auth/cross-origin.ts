import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OriginGate } from './origin.gate.js';

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'accept, authorization, content-type',
  'access-control-max-age': '600',
};

/** CORS for the origins that an application lists, and no others: echoed, never `*`, always with credentials. */
export function answerCrossOrigin(fastify: FastifyInstance, gate: OriginGate): void {
  fastify.decorateRequest('isCrossOrigin', false);
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || gate.isOwn(origin)) return done();
    gate.isListed(origin).then(
      (isListed) => {
        if (isListed) admit(origin, request, reply);
        if (!reply.sent) done();
      },
      () => done(),
    ); // Without an answer nobody is listed; a route that needs the store says itself that it is away.
  });
}

/** True where the page that asks lives on another, listed origin. */
export function isCrossOrigin(request: FastifyRequest): boolean {
  return request.isCrossOrigin;
}

function admit(origin: string, request: FastifyRequest, reply: FastifyReply): void {
  request.isCrossOrigin = true;
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'content-disposition, retry-after, x-request-id, x-auth-flow',
  });
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (isPreflight) void reply.headers(PREFLIGHT).status(204).send();
}

declare module 'fastify' {
  interface FastifyRequest {
    isCrossOrigin: boolean;
  }
}
