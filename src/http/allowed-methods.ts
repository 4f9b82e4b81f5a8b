import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { DomainError } from '../errors/domain.error.js';
import type { PresenterFilter } from '../errors/presenter.filter.js';

/**
 * A path that exists under another method answers 405 and names what is allowed; any other answers 404.
 * Collects the routes from now on; the returned function, called when all are there, starts to answer.
 */
export function answerUnknownRoutes(fastify: FastifyInstance, presenter: PresenterFilter): () => void {
  const methods = new Map<string, string[]>();
  const paths = findMyWay({ caseSensitive: true, maxParamLength: 128 });
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url);
    if (!known) paths.on('GET', url as `/${string}`, () => {}, { url });
    methods.set(url, [...new Set([...(known ?? []), ...[method].flat()])]);
  });
  return () =>
    fastify.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
      const found = paths.find('GET', request.url.split('?')[0] as `/${string}`);
      const isThere = found && !Object.values(found.params).includes('');
      const allowed = isThere && methods.get((found.store as { url: string }).url);
      // A route that found nothing itself, as among the files of /docs, knows the method.
      const isMethodUnknown = allowed && !allowed.includes(request.method);
      presenter.send(isMethodUnknown ? notAllowed(request.method, allowed) : unknown(), request, reply);
    });
}

function notAllowed(method: string, allowed: string[]): DomainError {
  return new DomainError('METHOD_NOT_ALLOWED', `${method} is not among the methods of this path.`, {
    allowedMethods: allowed.toSorted(),
  });
}

function unknown(): DomainError {
  return new DomainError('NOT_FOUND', 'There is nothing here. The routes are listed at /docs.');
}
