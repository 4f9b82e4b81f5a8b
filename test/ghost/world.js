/** Who lives in the run: applications, their users, and what a client must know of them. */
import { json, post, text } from './wires.js';

/** @typedef {Pick<import('./cluster.js').Cluster, 'admin' | 'query' | 'serviceKey'>} Founder Who may make applications. */
/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./wires.js').Tenant} Tenant */
/**
 * A user and what both of their clients know. `passwords`: those that may be the right one, the likeliest first; `next`: the
 * number of the next new one.
 *
 * @typedef {object} User
 * @property {number} index
 * @property {string} id
 * @property {string} name
 * @property {Tenant} tenant
 * @property {number[]} passwords
 * @property {number} next
 * @property {boolean} isBrief Their sessions soon expire.
 * @property {boolean} isChanging A client is changing the password.
 */

/** Sessions of the second application live for so long. */
const BRIEF_S = 20;
const SCOPES = ['introspect', 'revoke', 'events', 'sessions', 'admin'];

/**
 * A user's password by its number.
 *
 * @param {User} user
 * @param {number} number
 */
export const passwordOf = ({ index }, number) => `grey herons ${index} at dusk ${number}`;

export class World {
  /** @type {User[]} */
  users = [];
  key = '';
  /** By id and by name, without hyphens. @type {Map<string, number> | undefined} */
  indexes;

  /**
   * Makes two applications and their users, over HTTP as an administrator does.
   *
   * @param {Founder} founder
   * @param {Door} door
   * @param {{ users: number, brief: number }} size
   */
  static async make(founder, door, { users, brief }) {
    const world = new World();
    const { identity: login, password } = founder.admin;
    const token = await told(door, post('/api/v1/auth/login', json({ login, password })), 'token');
    world.key = await founder.serviceKey(SCOPES);
    const lasting = await makeTenant(door, token, 'ghost');
    const passing = await makeTenant(door, token, 'ghost-brief');
    await founder.query('update applications set session_lifetime = $2, session_idle = $2 where id = $1', [
      passing.id,
      BRIEF_S,
    ]);
    for (let index = 0; index < users + brief; index++) {
      const isBrief = index >= users;
      world.users.push(await makeUser(door, token, isBrief ? passing : lasting, index, isBrief));
    }
    return world;
  }

  /** Which user an id or a name means; null for a stranger. @param {string} who */
  indexOf(who) {
    const plain = who.replaceAll('-', '').toLowerCase();
    this.indexes ??= new Map(
      this.users.flatMap(({ id, name, index }) => [id, name].map((each) => [bare(each), index])),
    );
    return this.indexes.get(plain) ?? null;
  }
}

/** @param {string} who */
const bare = (who) => who.replaceAll('-', '').toLowerCase();

/**
 * @param {Door} door
 * @param {string} token
 * @param {string} name
 * @returns {Promise<Tenant>}
 */
async function makeTenant(door, token, name) {
  const host = `${name}.example.test`;
  const endpoints = [{ name: 'examples/auth', kind: 'authentication' }];
  const keys = [{ kind: 'client' }, { kind: 'server' }];
  const asked = post('/api/v1/admin/applications', json({ name, hosts: [host], endpoints, keys }), {
    authorization: `Bearer ${token}`,
  });
  const { status, body } = await door.ask(asked);
  if (status !== 201) throw new Error(`No application: ${status} ${body}`);
  const made = /** @type {{ id: string, keys: { kind: string, key: string }[] }} */ (JSON.parse(body));
  const keyOf = (/** @type {string} */ kind) => made.keys.find((each) => each.kind === kind)?.key ?? '';
  return { id: made.id, key: keyOf('client'), serverKey: keyOf('server'), host };
}

/**
 * @param {Door} door
 * @param {string} token
 * @param {Tenant} tenant
 * @param {number} index
 * @param {boolean} isBrief
 * @returns {Promise<User>}
 */
async function makeUser(door, token, tenant, index, isBrief) {
  const name = `ghost${index}`;
  const user = { index, id: '', name, tenant, passwords: [0], next: 1, isBrief, isChanging: false };
  const asked = post(
    `/api/v1/admin/users?applicationId=${tenant.id}`,
    json({ username: name, password: passwordOf(user, 0) }),
    { authorization: `Bearer ${token}` },
  );
  return { ...user, id: await told(door, asked, 'id') };
}

/**
 * @param {Door} door
 * @param {import('./door.js').Asked} asked
 * @param {string} name
 */
async function told(door, asked, name) {
  const answer = await door.ask(asked);
  const value = text(answer, name);
  if (value === undefined)
    throw new Error(`${asked.path} was answered ${answer.status}: ${answer.body || answer.error}`);
  return value;
}
