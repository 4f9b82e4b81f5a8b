import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../errors/domain.error.js';

/** One step of every request on its way in; answers why it goes no further. */
export type Step = (request: FastifyRequest, reply: FastifyReply) => DomainError | void;

/** Every request takes these steps in their order. In one hook: a hook for each would cost more than most of them. */
export function takeEach(fastify: FastifyInstance, steps: readonly Step[]): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    for (const step of steps) {
      const refusal = step(request, reply);
      if (refusal) return done(refusal);
    }
    return done();
  });
}
