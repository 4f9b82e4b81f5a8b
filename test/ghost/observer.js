/** Looks at tokens, on every surface that answers for them. */
import { randomBytes } from 'node:crypto';
import { bearer, field, form, json, post, wireOf } from './wires.js';

/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./door.js').Exchange} Exchange */
/** @typedef {import('./recorder.js').Held} Held */
/** @typedef {import('./history.js').Reading} Reading */
/** @typedef {{ reading: Reading, who?: string | undefined }} Seen */
/** @typedef {'native' | 'wire' | 'introspection' | 'forward-auth'} Surface */

/** @type {readonly Surface[]} */
export const SURFACES = ['native', 'wire', 'introspection', 'forward-auth'];
const EXPECTED = [200, 401];
const ON_WIRE = { backendless: [200, 400] };
export const BATCH = 200;

export class Observer {
  /**
   * @param {import('./recorder.js').Recorder} recorder
   * @param {import('./world.js').World} world
   * @param {import('./random.js').Random} random
   */
  constructor(recorder, world, random) {
    this.recorder = recorder;
    this.world = world;
    this.random = random;
  }

  /**
   * @param {Door} door
   * @param {Held} held
   * @param {Surface} surface
   * @returns {Promise<Reading>}
   */
  async look(door, held, surface) {
    const { asked, name, expected, read } = this.questionOf(held, surface);
    const exchange = await door.ask(asked);
    const seen = read(exchange);
    const saysNothing = exchange.status === 200 && seen.reading === 'none';
    this.recorder.record(door, exchange, expected, {
      kind: 'check',
      surface: name,
      user: held.user.index,
      token: held.index,
      reading: seen.reading,
      ...(seen.who !== undefined && { named: this.world.indexOf(seen.who) }),
      ...(saysNothing && { fault: `200 says nothing: ${exchange.body.slice(0, 160)}` }),
    });
    return seen.reading;
  }

  /** A token that nobody was ever given: of nobody, or of a session that there is, or was. @param {Door} door @param {Held} [like] */
  async lookAtStranger(door, like) {
    const ids = like ? Buffer.from(like.text.slice(4), 'base64url').subarray(0, 32) : randomBytes(32);
    const token = `cfs_${Buffer.concat([ids, randomBytes(32)]).toString('base64url')}`;
    const user = like?.user ?? this.random.pick(this.world.users);
    const contract = like?.contract ?? 'native';
    const stranger = { index: -1, text: token, user, contract, session: like?.session ?? '' };
    await this.look(door, stranger, this.random.pick(SURFACES));
  }

  /** Many in one question. @param {Door} door @param {Held[]} many */
  async lookAtMany(door, many) {
    const tokens = many.map((held) => held.text);
    const exchange = await door.ask(post('/api/v1/sessions/introspect', json({ tokens }), bearer(this.world.key)));
    const results = exchange.status === 200 ? field(exchange, 'results') : undefined;
    const answers = Array.isArray(results) ? /** @type {unknown[]} */ (results) : [];
    for (const [place, held] of many.entries()) {
      const seen = seenOf(answers[place]);
      this.recorder.record(door, exchange, [200], {
        kind: 'check',
        surface: 'introspections',
        user: held.user.index,
        token: held.index,
        reading: seen.reading,
        ...(place > 0 && { isRider: true }),
        ...(seen.who !== undefined && { named: this.world.indexOf(seen.who) }),
      });
    }
    return exchange.status === 200;
  }

  /**
   * @param {Held} held
   * @param {Surface} surface
   */
  questionOf({ text: token, contract, user }, surface) {
    if (surface === 'introspection') {
      const asked = post('/oauth2/introspect', form({ token }), bearer(this.world.key));
      return { asked, name: surface, expected: [200], read: readIntrospection };
    }
    if (surface === 'forward-auth') {
      const asked = { path: '/api/v1/forward-auth', headers: wireOf(contract).carry(token) };
      return { asked, name: surface, expected: EXPECTED, read: readForwardAuth };
    }
    const wire = wireOf(surface === 'wire' ? contract : 'native');
    return {
      asked: this.random.pick(wire.asks)(user.tenant, token),
      name: wire.contract,
      expected: wire.contract === 'backendless' ? ON_WIRE.backendless : EXPECTED,
      read: (/** @type {Exchange} */ exchange) => readBy(wire, exchange),
    };
  }
}

/**
 * @param {import('./wires.js').Wire} wire
 * @param {Exchange} exchange
 * @returns {Seen}
 */
function readBy(wire, exchange) {
  const { says: reading, who } = wire.read(exchange);
  return { reading, who };
}

/** @param {Exchange} exchange @returns {Seen} */
function readIntrospection(exchange) {
  return exchange.status === 200 ? seenOf(field(exchange)) : { reading: 'none' };
}

/** @param {unknown} answer @returns {Seen} */
function seenOf(answer) {
  const { active, sub } = /** @type {{ active?: unknown, sub?: string }} */ (answer ?? {});
  if (active === true) return { reading: 'live', who: sub ?? '' };
  return { reading: active === false ? 'dead' : 'none' };
}

/** @param {Exchange} exchange @returns {Seen} */
function readForwardAuth({ status, headers }) {
  if (status === 200) return { reading: 'live', who: String(headers['x-auth-user-id']) };
  return { reading: status === 401 ? 'dead' : 'none' };
}
