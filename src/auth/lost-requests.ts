import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import type { SessionService } from '../session/session.service.js';
import { pathOf } from './cross-origin.js';
import type { WireEntries } from './wire-entries.js';
import { unknownApplication } from './wire-entry.js';

/** A request that finds no route meets no guard; a wire whose refusals look as its application wants them asks here. */
export function nameApplicationsOfTheLost(
  fastify: FastifyInstance,
  entries: WireEntries,
  sessions: SessionService,
): void {
  fastify.addHook('onRequest', (request, _, done) => {
    const wire = request.is404 ? entries.ownerOf(pathOf(request.url)) : undefined;
    if (!wire?.needsApplication) return done();
    Promise.resolve()
      .then(() => sessions.applicationOf(wire.applicationOf(request)))
      .then(
        (application) => {
          request.arrival = { application, session: undefined, userRow: undefined, token: undefined };
          const isTheirs = application && wire.accepts?.(application) !== false;
          done(wire.isApplicationInPath && !isTheirs ? unknownApplication() : undefined);
        },
        // Without an answer the wire shows its usual face: nothing was asked for that the store would have to know.
        (refusal: unknown) => done(wire.isApplicationInPath && isMalformedName(refusal) ? refusal : undefined),
      );
    return undefined;
  });
}

function isMalformedName(refusal: unknown): refusal is DomainError {
  return refusal instanceof DomainError && refusal.code === 'APPLICATION_INVALID';
}
