import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import { finished, Readable } from 'node:stream';
import type { AuditNotes } from '../audit/audit-notes.js';
import type { Outcome } from '../audit/noted-act.js';
import type { ErrorCode } from '../errors/domain.error.js';
import type { RefusalNews } from '../http/request-log.js';
import { actOf } from './request-acts.js';
import type { RouteActs } from './route-acts.js';

/** Refusals that are noted also where nothing would have been changed: someone tried a door that is not theirs. */
const TRIED: ReadonlySet<ErrorCode> = new Set([
  'FORBIDDEN',
  'SCOPE_MISSING',
  'ORIGIN_REFUSED',
  'CSRF_REJECTED',
  'LOGIN_STALE',
]);
const OF_OURS: ReadonlySet<ErrorCode> = new Set(['INTERNAL', 'STORE_UNAVAILABLE', 'OVERLOADED']);

/**
 * Notes every act and every refusal that says somebody tried what they may not. The one mechanism: routes that change state
 * get a hook of their own, so that those which only ask, as every check does, pass none.
 */
export function recordActs(
  fastify: FastifyInstance,
  routes: RouteActs,
  notes: AuditNotes,
  refusals: RefusalNews,
): void {
  for (const place of ['audited', 'actId']) fastify.decorateRequest(place, undefined);
  const note: onSendHookHandler = (request, reply, payload, done) => {
    const outcome = outcomeOf(request, reply);
    // A stream is an act that goes on: how it ended is known at its end.
    if (payload instanceof Readable)
      finished(payload, (fault) => notes.note(actOf(request, fault ? 'failed' : outcome)));
    else notes.note(actOf(request, outcome, reply.statusCode === 201 ? payload : undefined));
    done(null, payload);
  };
  fastify.addHook('onRoute', (route) => {
    const act = routes.find(String(route.method), route.url);
    if (!act) return;
    route.config = { ...route.config, act };
    if (act.changesState) route.onSend = [...[route.onSend ?? []].flat(), note];
  });
  refusals.hear((request) => {
    const isNoted = request.actId !== undefined;
    if (!isNoted && TRIED.has(request.refusal!.code)) notes.note(actOf(request, 'refused'));
  });
  // Every accepted request has been answered by then.
  fastify.addHook('onClose', () => notes.close());
}

function outcomeOf({ refusal }: FastifyRequest, { statusCode }: FastifyReply): Outcome {
  if (refusal ? OF_OURS.has(refusal.code) : statusCode >= 500) return 'failed';
  return refusal || statusCode >= 400 ? 'refused' : 'ok';
}
