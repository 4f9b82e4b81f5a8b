/**
 * The ways to the database, one a node, in a process of their own: whoever measures is not slowed by what it carries.
 * Over IPC: `{ databaseUrl, hosts }` → `{ urls }`; then `{ order, place, deed, with? }` → `{ order }`.
 */
import { DatabaseProxy } from '../database-proxy.js';
import { Random } from './random.js';

/** @typedef {'reset' | 'redirect' | 'swallow' | 'slow' | 'jitter' | 'heal'} Deed */
/** @typedef {{ order: number, place: number, deed: Deed, seed?: string, ms?: number, url?: string }} Order */

/** @type {DatabaseProxy[]} */
let proxies = [];

/** @type {{ [deed in Deed]: (proxy: DatabaseProxy, order: Order) => void }} */
const DEEDS = {
  reset: (proxy) => proxy.reset(),
  redirect: (proxy, { url = '' }) => proxy.redirect(url),
  swallow: (proxy) => proxy.swallow(),
  slow: (proxy, { ms = 0 }) => proxy.slowDown(ms),
  jitter: (proxy, { ms = 0, seed = '' }) => {
    const random = new Random(seed);
    proxy.holdBack(() => random.between(0, ms));
  },
  heal: (proxy) => proxy.heal(),
};

process.on('message', (message) => void obey(message));
process.once('disconnect', () => process.exit());
// Ctrl-C reaches the whole group; the run tells this process to go once nobody needs it any more.
process.on('SIGINT', () => {});

/** @param {unknown} message */
async function obey(message) {
  if (isOrder(message)) {
    const proxy = proxies[message.place];
    if (proxy) DEEDS[message.deed](proxy, message);
    process.send?.({ order: message.order });
    return;
  }
  const { databaseUrl, hosts } = /** @type {{ databaseUrl: string, hosts: string[] }} */ (message);
  proxies = await Promise.all(hosts.map((host) => DatabaseProxy.start(databaseUrl, host)));
  process.send?.({ urls: proxies.map(({ url }) => url) });
}

/**
 * @param {unknown} message
 * @returns {message is Order}
 */
function isOrder(message) {
  return typeof message === 'object' && message !== null && 'order' in message;
}
