/**
 * A node is told to stop under load, as at every release, and is started again. What it had accepted must be answered (P13).
 *
 * @type {import('../schedule.js').Fault}
 */
export const nodeStop = {
  kind: 'node-stop',
  async strike({ nodes }, random) {
    const node = random.pick(nodes);
    const detail = await node.stop();
    await node.boot();
    return { node: node.place, detail };
  },
};
