import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Origin',
};
const OVER_TLS = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' };

/** Puts the headers on one answer. */
export type SecureAnswer = (request: FastifyRequest, reply: FastifyReply) => void;

/** The same on every answer, also on refusals; made once, since this runs before every check. */
export function securityHeaders(isHttps: boolean): SecureAnswer {
  const headers = Object.entries(isHttps ? { ...ALWAYS, ...OVER_TLS } : ALWAYS);
  // Not on the raw answer: one header set there makes Node merge, check and store all of them one by one.
  return ({ id }, reply) => {
    for (const [name, value] of headers) void reply.header(name, value);
    void reply.header('x-request-id', id);
  };
}

/** Before every other hook, so that no refusal goes without them. */
export function setSecurityHeaders(fastify: FastifyInstance, secure: SecureAnswer): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    secure(request, reply);
    done();
  });
}
