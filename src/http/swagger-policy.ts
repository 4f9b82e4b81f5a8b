import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { DomainError } from '../errors/domain.error.js';

/** The one style that the scripts of Swagger UI write into the page: their logo's. Another version may bring others, and the tests tell. */
export const STYLE_OF_SCRIPTS = '.logo_small_svg__cls-2{fill:#fff}.logo_small_svg__cls-3{fill:#85ea2d}';

// What the page loads. The package that brings these brings others: its own version, its sources, maps of them.
const FILES =
  /^\/docs\/(?:swagger-ui\.css|swagger-ui-bundle\.js|swagger-ui-standalone-preset\.js|favicon-(?:16x16|32x32)\.png)$/;

/** The page of /docs may run its own scripts and use the inline styles that it came with; nothing else here is ever rendered. */
export function allowSwaggerUi(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/')) route.onSend = allow;
    if (route.url === '/docs/' || route.url === '/docs/index.html') route.onRequest = leadToPage;
    if (route.url === '/docs/*') route.onRequest = refuseOtherFiles;
  });
}

// The page names its files relative to /docs: under its other names they would not be found.
async function leadToPage({ url }: FastifyRequest, reply: FastifyReply): Promise<void> {
  const query = url.indexOf('?');
  await reply.redirect(query < 0 ? '/docs' : `/docs${url.slice(query)}`, 308);
}

async function refuseOtherFiles({ url }: FastifyRequest): Promise<void> {
  if (!FILES.test(url.split('?')[0]!)) throw new DomainError('NOT_FOUND', 'There is no such file here.');
}

async function allow(_: FastifyRequest, reply: FastifyReply, page: unknown): Promise<unknown> {
  const isPage = typeof page === 'string' && String(reply.getHeader('content-type')).startsWith('text/html');
  if (isPage)
    void reply.headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policyOf(page) });
  return page;
}

function policyOf(page: string): string {
  const inline = [...page.matchAll(/<style>(.*?)<\/style>|\bstyle="(.*?)"/gs)].map(([, text, inTag]) => text ?? inTag!);
  const hashes = [...inline, STYLE_OF_SCRIPTS].map((text) => `'sha256-${sha256(text)}'`);
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'unsafe-hashes' ${hashes.join(' ')}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
