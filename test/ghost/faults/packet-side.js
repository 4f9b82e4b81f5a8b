/** Which of a node's ways packets are touched on. */

/**
 * What rules of nftables match: the packets to and from the database, or those of the clients.
 *
 * @param {import('../cluster.js').Cluster} cluster
 * @param {import('../ghost-node.js').GhostNode} node
 * @param {import('../random.js').Random} random
 * @returns {{ side: 'database' | 'clients', match: string[] }}
 */
export function oneSide({ proxies }, { place, origin }, random) {
  const side = random.pick(/** @type {const} */ (['database', 'clients']));
  const { port } = new URL(String(side === 'database' ? proxies.urls[place] : origin));
  return { side, match: [`tcp dport ${port}`, `tcp sport ${port}`] };
}
