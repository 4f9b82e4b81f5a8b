/** Where a fault strikes. */

/** @typedef {import('../cluster.js').Cluster} Cluster */
/** @typedef {import('../random.js').Random} Random */
/** @typedef {import('../ghost-node.js').GhostNode} GhostNode */
/** @typedef {import('../node-network.js').NodeNetwork} NodeNetwork */

/**
 * One node or, as often, all of them; `node` is there for one.
 *
 * @param {Cluster} cluster
 * @param {Random} random
 * @returns {{ nodes: GhostNode[], named: { node?: number } }}
 */
export function oneOrAll({ nodes }, random) {
  const node = random.pick(nodes);
  return random.next() < 0.5 ? { nodes: [node], named: { node: node.place } } : { nodes, named: {} };
}

/**
 * What is done to a place lasts so long, and is undone also where the pause is cut short.
 *
 * @template T
 * @param {T[]} places
 * @param {{ begin: (place: T) => Promise<unknown>, wait: () => Promise<unknown>, end: (place: T) => Promise<unknown> }} deed
 */
export async function during(places, { begin, wait, end }) {
  await Promise.all(places.map(begin));
  try {
    await wait();
  } finally {
    await Promise.all(places.map(end));
  }
}

/**
 * A node whose packets can be touched. Throws where there is none: `needsNetwork` says so before.
 *
 * @param {Cluster} cluster
 * @param {Random} random
 * @returns {{ node: GhostNode, network: NodeNetwork }}
 */
export function networkOfOne({ nodes }, random) {
  const node = random.pick(nodes);
  if (!node.network) throw new Error(`Node ${node.place} has no network of its own.`);
  return { node, network: node.network };
}
