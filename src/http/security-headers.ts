import type { FastifyInstance } from 'fastify';

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

/** The same on every answer, also on refusals; made once, since this runs before every check. */
export function setSecurityHeaders(fastify: FastifyInstance, isHttps: boolean): void {
  const headers = Object.entries(isHttps ? { ...ALWAYS, ...OVER_TLS } : ALWAYS);
  fastify.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of headers) reply.raw.setHeader(name, value);
    reply.raw.setHeader('x-request-id', request.id);
    done();
  });
}
