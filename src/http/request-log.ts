import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { METRICS } from '../metrics/metrics.js';

/** Route configuration of what asks and changes nothing, whatever its method: it comes in its thousands, like the reads. */
export const QUESTION = { isQuestion: true } as const;

interface Timer {
  observe(value: number): void;
}

/** Where a listener hears of every refused request once it is answered. */
export interface RefusalNews {
  hear(listener: (request: FastifyRequest) => void): void;
}

type Level = 'error' | 'info' | 'debug';

/** One line a request, and its duration into the metrics. Names the route, never the URL: some wires carry tokens there. */
export function logRequests(fastify: FastifyInstance): RefusalNews {
  let tellRefusal: (request: FastifyRequest) => void = () => {};
  fastify.decorateRequest('principal', undefined);
  fastify.decorateRequest('refusal', undefined);
  fastify.decorateRequest('user', undefined);
  fastify.decorateRequest('subject', undefined);
  for (const place of ['service', 'asked', 'administrator', 'oauthForm']) fastify.decorateRequest(place, undefined);
  const seconds = new Map<unknown, Map<number, Timer>>();
  fastify.addHook('onResponse', (request, reply, done) => {
    const { config } = request.routeOptions;
    let byStatus = seconds.get(config);
    if (!byStatus) seconds.set(config, (byStatus = new Map<number, Timer>()));
    let timer = byStatus.get(reply.statusCode);
    if (!timer)
      byStatus.set(
        reply.statusCode,
        (timer = METRICS.requestSeconds.labels(request.method, routeOf(request), String(reply.statusCode))),
      );
    timer.observe(reply.elapsedTime / 1_000);
    const level = levelOf(request, reply);
    if ((request.log as Logger).isLevelEnabled(level)) writeLine(level, request, reply);
    if (request.refusal) tellRefusal(request);
    done();
  });
  return { hear: (listener) => void (tellRefusal = listener) };
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
}

// What changes something, or was refused, is told at info; the reads in their thousands at debug.
function levelOf({ method, refusal, routeOptions }: FastifyRequest, { statusCode }: FastifyReply): Level {
  if (statusCode >= 500) return 'error';
  if (statusCode >= 400 || refusal) return 'info';
  if (method === 'GET' || method === 'HEAD') return 'debug';
  return (routeOptions.config as Partial<typeof QUESTION>).isQuestion ? 'debug' : 'info';
}

function writeLine(level: Level, request: FastifyRequest, reply: FastifyReply): void {
  const { refusal, user, service } = request;
  const subject = request.principal ?? request.subject;
  const line = {
    method: request.method,
    route: routeOf(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    address: request.ip,
    ...(refusal && { code: refusal.code }),
    ...(subject && { sid: subject.sessionId, uid: subject.userId }),
    ...(!subject && user && { uid: user.id }),
    ...(service && { kid: service.keyId }),
    ...(refusal?.cause !== undefined && reply.statusCode >= 500 && { err: loggable(refusal.cause) }),
  };
  request.log[level](line, `${request.method} ${line.route} ${reply.statusCode}`);
}

/** An error as it may be logged. What it carries beside this may be a statement's parameters: names, and hashes of passwords. */
export function loggable(cause: unknown): object {
  if (!(cause instanceof Error)) return { message: typeof cause };
  const { name, message, stack, code } = cause as Error & { code?: unknown };
  return { type: name, message, ...(typeof code === 'string' && { code }), stack };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose session a public route started or ended, for the log. */
    subject: { userId: string; sessionId: string } | undefined;
  }
}
