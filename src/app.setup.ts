import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { AppModule, contractsOf } from './app.module.js';
import { serveDocuments } from './app.openapi.js';
import { AuditNotes } from './audit/audit-notes.js';
import { recordActs } from './auth/act-recording.js';
import { BODY_RULES } from './auth/body-rules.js';
import { answerCrossOrigin } from './auth/cross-origin.js';
import { nameApplicationsOfTheLost } from './auth/lost-requests.js';
import { OriginGate } from './auth/origin.gate.js';
import { RouteActs } from './auth/route-acts.js';
import { WireEntries } from './auth/wire-entries.js';
import type { Contract } from './contracts/contract.js';
import type { Environment } from './environment/environment.js';
import { PathPresenter } from './errors/path.presenter.js';
import type { PresenterFilter } from './errors/presenter.filter.js';
import { ProblemPresenter } from './errors/problem.presenter.js';
import { OAuthPresenter } from './features/introspection/oauth.presenter.js';
import { Readiness } from './health/readiness.js';
import { closeWhileDraining } from './http/draining.js';
import { readBodies } from './http/body-reader.js';
import { limitHandling } from './http/deadlines.js';
import { takeEach } from './http/entrance.js';
import { HttpAdapter } from './http/http-adapter.js';
import { NestLog } from './http/nest-log.js';
import { logRequests, type RefusalNews } from './http/request-log.js';
import { refuseOddRequests } from './http/odd-requests.js';
import { takeInOrder } from './http/pipelining.js';
import { withLazyChildren } from './http/request-logger.js';
import { securityHeaders } from './http/security-headers.js';
import { refuseSecretsInUrls } from './http/url-secrets.js';
import { SessionService } from './session/session.service.js';

/** Every request has a bound in size and time (P14). */
export const LIMITS = {
  bodyLimit: 65_536,
  requestTimeout: 10_000,
  keepAliveTimeout: 72_000,
  // Said for heads, too: of the two Node keeps the longer one for the whole request, and a minute is its own for heads.
  // It looks for requests that come too slowly this often; by itself every half a minute.
  http: { maxHeaderSize: 16_384, headersTimeout: 10_000, connectionsCheckingInterval: 2_500 },
  routerOptions: {
    caseSensitive: true,
    ignoreTrailingSlash: false,
    ignoreDuplicateSlashes: false,
    maxParamLength: 128,
  },
};

/** What a request may take once it was read, in milliseconds. */
export const HANDLING_MS = 8_000;
const OWN_PATH = /^\/(?:api\/v1|health|oauth2|\.well-known)\//;

/** The whole application on a prepared database, as server and tests share it; not listening yet. */
export async function createApp(
  environment: Environment,
  databaseUrl: string,
  logger: Logger,
  isPooled = false,
): Promise<NestFastifyApplication> {
  const contracts = contractsOf(environment);
  const presenter = presenterOf(contracts);
  const { adapter, refusals } = adapterOf(environment, logger, presenter, contracts);
  const options = { bodyParser: false, logger: new NestLog(logger), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(environment, databaseUrl, isPooled),
    adapter,
    options,
  );
  app.useGlobalPipes(BODY_RULES);
  app.useGlobalFilters(presenter);
  takeEach(adapter.fastify, [closeWhileDraining(app.get(Readiness))]);
  answerCrossOrigin(adapter.fastify, app.get(OriginGate), app.get(WireEntries), app.get(SessionService));
  nameApplicationsOfTheLost(adapter.fastify, app.get(WireEntries), app.get(SessionService));
  recordActs(adapter.fastify, app.get(RouteActs), app.get(AuditNotes), refusals);
  readBodies(adapter.fastify);
  serveDocuments(app, environment);
  await app.init();
  await adapter.fastify.ready();
  return app;
}

/** Fastify with the hooks that need no module; they run in this order, before the guard. */
function adapterOf(
  { BASE_URL, TRUST_PROXY }: Environment,
  logger: Logger,
  presenter: PresenterFilter,
  contracts: Contract[],
): { adapter: HttpAdapter; refusals: RefusalNews } {
  const secure = securityHeaders(BASE_URL.startsWith('https:'));
  const options = {
    ...LIMITS,
    loggerInstance: withLazyChildren(logger) as never,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }) as never,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    trustProxy: TRUST_PROXY.length > 0 ? TRUST_PROXY : false,
    genReqId: requestIds(),
    ...rewriting(contracts),
    // A URL that cannot be decoded comes here past every hook.
    frameworkErrors: (error: Error, request: unknown, reply: unknown) => {
      secure(request as never, reply as never);
      presenter.send(error, request as never, reply as never);
    },
  };
  const adapter = new HttpAdapter(options, presenter);
  takeInOrder(adapter.fastify);
  const refusals = logRequests(adapter.fastify);
  const deadline = limitHandling(adapter.fastify, HANDLING_MS);
  takeEach(adapter.fastify, [secure, deadline, refuseOddRequests, refuseSecretsInUrls]);
  return { adapter, refusals };
}

/** Under a wire's paths its own face, wherever the refusal came from. */
function presenterOf(contracts: Contract[]): PresenterFilter {
  const faces = contracts.map(({ wire: { owns }, presenter: Presenter }) => ({ owns, presenter: new Presenter() }));
  const oauth = { owns: (path: string) => path.startsWith('/oauth2/'), presenter: new OAuthPresenter() };
  return new PathPresenter(new ProblemPresenter(), [oauth, ...faces]);
}

// Once, before routing: guard and router see one path. Our own are nobody's to mend.
function rewriting(contracts: Contract[]): { rewriteUrl?: (raw: IncomingMessage) => string } {
  const rewrites = contracts.flatMap(({ wire: { rewrite } }) => rewrite ?? []);
  if (rewrites.length === 0) return {};
  const rewriteUrl = (raw: IncomingMessage): string => {
    const { url = '/' } = raw;
    return OWN_PATH.test(url) ? url : rewrites.reduce((mended, rewrite) => rewrite(raw, mended), url);
  };
  return { rewriteUrl };
}

// Unique across nodes and restarts, and cheap: a random prefix a process, and a number a request.
function requestIds(): () => string {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}
