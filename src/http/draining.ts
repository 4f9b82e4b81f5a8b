import type { Step } from './entrance.js';

/** While a node drains, each answer asks its client to connect anew, elsewhere: so none is cut off when the node closes. */
export function closeWhileDraining(node: { readonly isDraining: boolean }): Step {
  return (_, reply) => {
    if (node.isDraining) void reply.header('connection', 'close');
  };
}
