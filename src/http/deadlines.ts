import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { DomainError } from '../errors/domain.error.js';
import type { Step } from './entrance.js';

const OPEN = Symbol('what a connection waits for');

/** The last request of a connection: made with the connection, so that a request makes nothing. */
interface Waiting {
  /** A request that was injected has none that could be cut. */
  readonly connection: Partial<Pick<Socket, 'destroy'>>;
  reply: FastifyReply | undefined;
  arrivedAt: number;
}
type Connection = Socket & { [OPEN]?: Waiting };

/**
 * Every request is answered within `limitMs` of its arrival, give or take an eighth: what is still open then is refused as
 * OVERLOADED, or as BODY_UNREADABLE where its body has not come (P14). One timer looks through the connections: a timer a
 * request would cost more than the guard. While the server closes, connections on which nothing is asked are cut: they
 * would keep it from ending (P13).
 */
export function limitHandling(fastify: FastifyInstance, limitMs: number): Step {
  const open = new Set<Waiting>();
  const watched = (connection: Connection): Waiting => {
    const waiting: Waiting = { connection, reply: undefined, arrivedAt: 0 };
    connection[OPEN] = waiting;
    open.add(waiting);
    connection.once('close', () => open.delete(waiting));
    return waiting;
  };
  fastify.server.on('connection', watched);
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  bearWithSlowBodies(fastify, limitMs);
  const watch = setInterval(() => {
    for (const waiting of open) {
      refuseOverdue(waiting, performance.now() - limitMs);
      if (isClosing && isSilent(waiting)) waiting.connection.destroy?.();
    }
  }, limitMs / 8).unref();
  fastify.addHook('onClose', (_, done) => {
    clearInterval(watch);
    done();
  });
  return ({ raw }, reply) => {
    // A second address that a host name stands for has a server of its own, which tells nobody of its connections.
    const waiting = (raw.socket as Connection)[OPEN] ?? watched(raw.socket);
    waiting.reply = reply;
    waiting.arrivedAt = performance.now();
  };
}

/** Gives one request `ms` more: a handler that waits on purpose says so by itself. */
export function allowLonger({ raw }: FastifyRequest, ms: number): void {
  const waiting = (raw.socket as Connection)[OPEN];
  if (waiting) waiting.arrivedAt += ms;
}

/** Gives an answer that is on its way as long as a request of now, and `ms` more: who sends long answers says so piece by piece. */
export function renewDeadline({ raw }: FastifyRequest, ms: number): void {
  const waiting = (raw.socket as Connection)[OPEN];
  if (waiting) waiting.arrivedAt = performance.now() + ms;
}

/** Node gives up whatever is not here whole in time. One that was given longer, and is not answered yet, goes on. */
function bearWithSlowBodies({ server }: FastifyInstance, limitMs: number): void {
  const others = server.listeners('clientError') as ((error: Error, socket: Socket) => void)[];
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Connection) => {
    const { reply, arrivedAt = 0 } = socket[OPEN] ?? {};
    const isAwaited = reply?.raw.writableEnded === false && arrivedAt > performance.now() - limitMs;
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isAwaited) return;
    for (const listener of others) listener(error, socket);
  });
}

function refuseOverdue(waiting: Waiting, latest: number): void {
  const { reply, arrivedAt } = waiting;
  if (!reply || reply.sent || arrivedAt > latest) return;
  if (reply.raw.headersSent) reply.raw.destroy();
  else if (isStillSent(reply.request)) void reply.header('connection', 'close').send(LATE_BODY);
  else void reply.send(new DomainError('OVERLOADED', 'This took too long and was given up.', { retryAfterSeconds: 1 }));
}

const LATE_BODY = new DomainError('BODY_UNREADABLE', 'The body did not come in time.');

/** Its sender keeps us waiting: no handler has it yet. A GET has no body that is read, and one that is streamed is handed on at once. */
function isStillSent({ method, body, raw }: FastifyRequest): boolean {
  return !raw.complete && body === undefined && method !== 'GET' && method !== 'HEAD';
}

function isSilent({ reply }: Waiting): boolean {
  return reply === undefined || reply.raw.writableFinished;
}
