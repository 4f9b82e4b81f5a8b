import type { FastifyInstance } from 'fastify';

/** The requests of one connection are taken up one after the other (RFC 9112 §9.3.2): a check sent behind a logout comes after it. */
export function takeInOrder(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (_, { raw }, done) => {
    // Node gives an answer its socket once the answers before it are written.
    if (raw.socket) done();
    else raw.once('socket', () => done());
  });
}
