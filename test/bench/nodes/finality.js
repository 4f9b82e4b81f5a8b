/** Whether a logout on one node is a 401 on all from the moment it is answered, while others are checked all the time. */
import { Agent } from 'node:http';
import { ask, KeepAliveClient } from '../keep-alive-client.js';

const BESIDE = { connections: 16, perSecond: 1_000 };
const AT_ONCE = 8;

/** @typedef {{ asked: number, unknown: number, logouts: number, checks: number, ghosts: number, others: number, beside: number }} Finality */

/**
 * Each token is checked at every door, logged out on one node in turn, and asked about at once on every node and as often through nginx.
 *
 * @param {import('./fleet.js').Site} site
 * @param {string[]} tokens To be logged out, none of them twice.
 * @param {string[]} others That stay.
 * @returns {Promise<Finality>}
 */
export async function logOutEverywhere(site, tokens, others) {
  const load = new KeepAliveClient(`${site.origin}/api/v1/auth/session`, others, BESIDE);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const doors = site.nodes.flatMap(({ origin }) => [origin, site.origin]);
  const checkEverywhere = async (/** @type {Record<string, string>} */ headers) => {
    const answers = await Promise.all(doors.map((door) => ask(`${door}/api/v1/auth/session`, { agent, headers })));
    return answers.map(({ status }) => status);
  };
  /** @type {number[]} */
  const before = [];
  /** @type {number[]} */
  const found = [];
  /** @type {number[]} */
  const logouts = [];
  const waiting = [...tokens.entries()];
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [place, token] = next;
      const headers = { authorization: `Bearer ${token}` };
      const node = site.nodes[place % site.nodes.length];
      if (!node) throw new Error('There is no node.');
      before.push(...(await checkEverywhere(headers)));
      logouts.push((await ask(`${node.origin}/api/v1/auth/logout`, { agent, method: 'POST', headers })).status);
      found.push(...(await checkEverywhere(headers)));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await load.stop();
    agent.destroy();
  }
  return {
    asked: tokens.length,
    unknown: before.filter((status) => status !== 200).length,
    logouts: logouts.filter((status) => status === 204).length,
    checks: found.length,
    ghosts: found.filter((status) => status === 200).length,
    others: found.filter((status) => ![200, 401].includes(status)).length,
    beside: load.take().filter(({ status }) => status === 200).length,
  };
}
