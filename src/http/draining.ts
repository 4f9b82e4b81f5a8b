import type { FastifyInstance } from 'fastify';

/** While a node drains, each answer asks its client to connect anew, elsewhere: so none is cut off when the node closes. */
export function closeWhileDraining(fastify: FastifyInstance, node: { readonly isDraining: boolean }): void {
  fastify.addHook('onRequest', (_, reply, done) => {
    if (node.isDraining) void reply.header('connection', 'close');
    done();
  });
}
