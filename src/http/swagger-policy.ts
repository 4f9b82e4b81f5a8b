import type { FastifyInstance } from 'fastify';

// The styles that Swagger UI sets inline; anything else inline is refused, and every script.
const STYLES = ['PLACEHOLDER'].map((hash) => `'sha256-${hash}'`).join(' ');
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'unsafe-hashes' ${STYLES}`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The pages of /docs may run their own scripts; nothing else of this server is ever rendered. */
export function allowSwaggerUi(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url === '/docs' || request.url.startsWith('/docs/'))
      reply.raw.setHeader('content-security-policy', POLICY);
    done();
  });
}
