/** What a cluster consists of, started in its order. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { databasePreparation, migrations } from '../bench/built.js';
import { DEFECTS } from '../defects/defects.js';
import { PREFIX, removeAbandoned } from './abandoned.js';
import { GhostNode } from './ghost-node.js';
import { LogVolume } from './log-volume.js';
import { NodeNetwork } from './node-network.js';
import { OwnPostgres } from './own-postgres.js';
import { Proxies } from './proxies.js';
import { quietPort } from './quiet-port.js';
import { makeStandby } from './standby.js';

const LOOPBACK = '127.0.0.1';
/** Of a node that has an address of its own. */
const PORT = 3_000;
const ADMIN = { identity: 'admin@localhost', password: 'eleven grey herons at dawn' };

/** @typedef {{ count: number, parent: string, defect: string | undefined, settings: NodeJS.ProcessEnv, withStandby: boolean }} Plan */
/**
 * @typedef {object} Parts
 * @property {GhostNode[]} nodes
 * @property {OwnPostgres} postgres
 * @property {OwnPostgres | undefined} standby
 * @property {Proxies} proxies
 * @property {LogVolume} logs
 * @property {{ identity: string, password: string }} admin
 * @property {string | undefined} networkMissing
 */

/** How everything that was started is ended: the last first. */
export class Endings {
  /** @type {(() => Promise<unknown>)[]} */
  endings = [];

  /** @param {() => Promise<unknown>} ending */
  add(ending) {
    this.endings.push(ending);
  }

  async run() {
    for (let end = this.endings.pop(); end; end = this.endings.pop()) await end();
  }
}

/**
 * @param {Plan} plan
 * @param {Endings} endings Told of each part as soon as there is something to end.
 * @returns {Promise<Parts>}
 */
export async function furnish({ count, parent, defect, settings, withStandby }, endings) {
  await removeAbandoned(parent);
  const folder = await mkdtemp(join(parent, PREFIX));
  endings.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // The database drops root's rights, and must still reach its folder.
  await chmod(folder, 0o755);
  const postgres = await startDatabase(join(folder, 'data'), defect, endings);
  const standby = withStandby ? await makeStandby(postgres, join(folder, 'standby'), endings) : undefined;
  const logs = await LogVolume.make(join(folder, 'logs'));
  endings.add(() => logs.remove());
  const { networks, networkMissing } = await makeNetworks(count, endings);
  const hosts = Array.from({ length: count }, (_, place) => networks[place]?.hostAddress ?? LOOPBACK);
  const proxies = await Proxies.start(postgres.url, hosts);
  endings.add(async () => proxies.stop());
  const nodes = await Promise.all(
    proxies.urls.map(async (url, place) => {
      const network = networks[place];
      const [host, port] = network ? [network.nodeAddress, PORT] : [LOOPBACK, await quietPort(LOOPBACK)];
      const environment = { ...environmentOf(url, host, port, hosts), ...settings };
      const node = new GhostNode({ place, host, port, environment, logFolder: logs.folder, network, defect });
      endings.add(() => node.kill());
      await node.boot();
      return node;
    }),
  );
  return { postgres, standby, nodes, proxies, logs, admin: ADMIN, networkMissing };
}

/**
 * With the tables of the built server.
 *
 * @param {string} folder
 * @param {string | undefined} defect
 * @param {Endings} endings
 */
async function startDatabase(folder, defect, endings) {
  const postgres = await OwnPostgres.start(folder, endings);
  const [{ prepareDatabase }, { MIGRATIONS }] = [await databasePreparation(), await migrations()];
  await prepareDatabase(postgres.url, MIGRATIONS, true, () => {});
  const statements = defect === undefined ? [] : (DEFECTS[defect]?.sql ?? []);
  for (const statement of statements) await ask(postgres, statement);
  return postgres;
}

/**
 * @param {number} count
 * @param {Endings} endings
 * @returns {Promise<{ networks: NodeNetwork[], networkMissing: string | undefined }>}
 */
async function makeNetworks(count, endings) {
  const missing = NodeNetwork.missing();
  if (missing !== undefined) return { networks: [], networkMissing: missing };
  try {
    const networks = await NodeNetwork.makeAll(count);
    for (const network of networks) endings.add(() => network.remove());
    return { networks, networkMissing: undefined };
  } catch (error) {
    return { networks: [], networkMissing: /** @type {Error} */ (error).message };
  }
}

/**
 * @param {string} databaseUrl
 * @param {string} host
 * @param {number} port
 * @param {string[]} clients
 * @returns {NodeJS.ProcessEnv}
 */
function environmentOf(databaseUrl, host, port, clients) {
  return {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    HOST: host,
    PORT: String(port),
    // Of all nodes the same, as behind a proxy. The loopback counts as secure: cookies are as in production.
    BASE_URL: `http://${LOOPBACK}:${PORT}`,
    ADMIN_EMAIL: ADMIN.identity,
    ADMIN_PASSWORD: ADMIN.password,
    TRUST_PROXY: [...new Set([LOOPBACK, ...clients])].join(','),
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
  };
}

/**
 * @param {OwnPostgres} postgres
 * @param {string} sql
 */
async function ask(postgres, sql) {
  const client = await postgres.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
