import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KnownApplication } from '../application/application-facts.js';
import { DomainError } from '../errors/domain.error.js';
import type { SessionService } from '../session/session.service.js';
import type { OriginGate } from './origin.gate.js';
import type { WireEntries } from './wire-entries.js';
import { EXPOSED, hostOf, type OriginRule, type Wire } from './wire.js';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const NATIVE: Omit<OriginRule, 'gate'> = {
  cors: 'listed',
  allowHeaders: 'accept, authorization, content-type',
  exposeHeaders: EXPOSED,
};

/**
 * Route configuration of a route at which a proxy asks about the request that it holds: which page sent that one is its
 * upstream's affair, and a preflight is a request like another.
 */
export const ASKED_BY_PROXIES = { isAskedByProxies: true } as const;

/**
 * CORS as each wire has it. With credentials an origin is echoed, never `*`, and only where an application lists it; a
 * wire without cookies may be called by any page.
 */
export function answerCrossOrigin(
  fastify: FastifyInstance,
  gate: OriginGate,
  entries: WireEntries,
  sessions: SessionService,
): void {
  fastify.decorateRequest('isCrossOrigin', false);
  fastify.decorateRequest('arrival', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || gate.isOwn(origin) || isAskedByProxies(request)) return done();
    const wire = entries.ownerOf(pathOf(request.url));
    const rule = wire?.origins ?? NATIVE;
    const { cors } = rule;
    if (cors === 'any') {
      admit('*', rule, request, reply);
      if (!reply.sent) done();
      return undefined;
    }
    applicationOf(request, wire, sessions).then(
      (application) => {
        if (application && isAdmitted(origin, cors, application)) admit(origin, rule, request, reply);
        else if (rule.refusesPreflights && isPreflight(request)) return done(refusalOf(application));
        if (!reply.sent) done();
        return undefined;
      },
      // Without an answer nobody is listed; a route that needs the store says itself that it is away.
      (refusal: Error) => done(rule.refusesPreflights && isPreflight(request) ? refusal : undefined),
    );
    return undefined;
  });
}

/** True where the page that asks lives on another origin that may ask with credentials. */
export function isCrossOrigin(request: FastifyRequest): boolean {
  return request.isCrossOrigin;
}

/** Without the query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function isAskedByProxies({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as Partial<typeof ASKED_BY_PROXIES>).isAskedByProxies === true;
}

async function applicationOf(
  request: FastifyRequest,
  wire: Wire | undefined,
  sessions: SessionService,
): Promise<KnownApplication | undefined> {
  return sessions.applicationOf(wire ? wire.applicationOf(request) : { host: hostOf(request) });
}

function isAdmitted(origin: string, cors: Exclude<OriginRule['cors'], 'any'>, application: KnownApplication): boolean {
  return cors === 'listed' ? application.allowedOrigins.includes(origin) : cors(origin, application);
}

function admit(
  origin: string,
  { allowHeaders, exposeHeaders, allowMethods = METHODS }: Omit<OriginRule, 'gate'>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposeHeaders,
  });
  if (origin !== '*') {
    request.isCrossOrigin = true;
    void reply.header('access-control-allow-credentials', 'true');
  }
  if (!isPreflight(request)) return;
  const preflight = {
    'access-control-allow-methods': allowMethods,
    'access-control-allow-headers': allowHeaders,
    'access-control-max-age': '600',
  };
  void reply.headers(preflight).status(204).send();
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function refusalOf(application: KnownApplication | undefined): DomainError {
  return application
    ? new DomainError('ORIGIN_REFUSED', 'This origin is not on the list of the application.')
    : new DomainError('APPLICATION_UNKNOWN', 'There is no such application, or its key is another.');
}

declare module 'fastify' {
  interface FastifyRequest {
    isCrossOrigin: boolean;
  }
}
