import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { DomainError } from '../errors/domain.error.js';
import type { PresenterFilter } from '../errors/presenter.filter.js';

const ANYTHING = /./s;

/** Route configuration of a method that is there for those who know it, and in no list of what is allowed. */
export const UNLISTED = { isUnlisted: true } as const;

/** Route configuration of a path that is there only where its parameters have this shape: elsewhere another method is 404, not 405. */
export function thereFor(shape: RegExp): { thereFor: RegExp } {
  return { thereFor: shape };
}

/**
 * A path that exists under another method answers 405 and names what is allowed; any other answers 404.
 * Collects the routes from now on; the returned function, called when all are there, starts to answer.
 */
export function answerUnknownRoutes(fastify: FastifyInstance, presenter: PresenterFilter): () => void {
  const methods = new Map<string, string[]>();
  // The name of one route is no value for the parameter of another: PUT /users/logout is not a user called logout.
  const refuseNames = async ({ url, method }: FastifyRequest): Promise<void> => {
    const named = methods.get(url.split('?')[0]!);
    if (named && !named.includes(method)) throw notAllowed(method, named);
  };
  const paths = findMyWay({ caseSensitive: true, maxParamLength: 128 });
  fastify.addHook('onRoute', (route) => {
    const { url, method } = route;
    if (url.includes('/:')) route.preParsing = refuseNames;
    const config = (route.config ?? {}) as Partial<typeof UNLISTED & ReturnType<typeof thereFor>>;
    if (config.isUnlisted) return;
    const known = methods.get(url);
    if (!known) paths.on('GET', url as `/${string}`, () => {}, { url, shape: config.thereFor ?? ANYTHING });
    methods.set(url, [...new Set([...(known ?? []), ...[method].flat()])]);
  });
  return () =>
    fastify.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
      const found = paths.find('GET', request.url.split('?')[0] as `/${string}`);
      const { url = '', shape = ANYTHING } = (found?.store ?? {}) as { url?: string; shape?: RegExp };
      const isThere = found && Object.values(found.params).every((value) => shape.test(value ?? ''));
      const allowed = isThere && methods.get(url);
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
