/** Everything that ends sessions, as their users, services and administrators do it. */
import { outcomeOf } from './recorder.js';
import { bearer, field, form, json, post, text, wireOf } from './wires.js';

/** @typedef {import('./door.js').Door} Door */
/** @typedef {import('./door.js').Exchange} Exchange */
/** @typedef {import('./door.js').Asked} Asked */
/** @typedef {import('./recorder.js').Held} Held */
/** @typedef {import('./world.js').User} User */
/** @typedef {import('./history.js').Outcome} Outcome */
/** @typedef {import('./history.js').Operation} Operation */

const DEAD_TOKEN = 3064;
/** Whoever ends other sessions must have logged in within the last minutes. */
const STALE = 403;

export class Deeds {
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

  /** By its wire, by our own route, or by a service. @param {Door} door @param {Held} held @returns {Promise<Outcome>} */
  async logOut(door, held) {
    const way = this.random.next();
    if (way < 0.15) return this.revoke(door, held);
    const wire = wireOf(way < 0.3 ? 'native' : held.contract);
    const exchange = await door.ask(this.random.pick(wire.logOuts)(held.user.tenant, held.text));
    const isDead = wire.refusesDeadLogout && exchange.status === 400 && field(exchange, 'code') === DEAD_TOKEN;
    const isElvisRefusal =
      wire.contract === 'elvis' && exchange.status === 200 && field(exchange, 'logoutSuccess') !== true;
    const outcome = isElvisRefusal ? 'refused' : outcomeOf(exchange);
    this.recorder.record(door, exchange, wire.refusesDeadLogout ? [200, 400] : [200, 204, 302], {
      ...about('logout', wire.contract, held),
      outcome,
      // Of two at once the second is refused; so whoever is let through was there.
      ...(wire.refusesDeadLogout && { reading: isDead ? 'dead' : outcome === 'done' ? 'live' : 'none' }),
      ...(isElvisRefusal && { fault: `refused: ${exchange.body.slice(0, 160)}` }),
    });
    return outcome;
  }

  /** @param {Door} door @param {Held} held */
  revoke(door, held) {
    const asked = post('/oauth2/revoke', form({ token: held.text }), bearer(this.world.key));
    return this.act(door, asked, [200], about('revoke', 'introspection', held));
  }

  /** @param {Door} door @param {Held} held @param {'all' | 'others'} scope */
  logOutWidely(door, held, scope) {
    const asked = post('/api/v1/auth/logout', json({ scope }), bearer(held.text));
    return this.act(
      door,
      asked,
      [204, STALE],
      about(scope === 'all' ? 'log-out-everywhere' : 'log-out-others', 'native', held),
    );
  }

  /** Who else is in? Then one of them is not any more: answers which, if so. @param {Door} door @param {Held} held */
  async listAndEndOther(door, held) {
    const exchange = await door.ask({ path: '/api/v1/sessions', headers: bearer(held.text) });
    const listed = field(exchange, 'sessions');
    const sessions = Array.isArray(listed) ? /** @type {{ id: string, isCurrent: boolean }[]} */ (listed) : [];
    this.recorder.record(door, exchange, [200, 401], {
      ...about('list', 'native', held),
      reading: readingOf(exchange),
      ...(exchange.status === 200 && { listed: sessions.map(({ id }) => id) }),
    });
    const others = sessions.filter(({ isCurrent }) => !isCurrent);
    if (others.length === 0) return undefined;
    const target = this.random.pick(others).id;
    return (await this.endOwn(door, held, target)) === 'done' ? target : undefined;
  }

  /** @param {Door} door @param {Held} held @param {string} target */
  async endOwn(door, held, target) {
    const exchange = await door.ask({
      method: 'DELETE',
      path: `/api/v1/sessions/${target}`,
      headers: bearer(held.text),
    });
    const outcome = outcomeOf(exchange);
    this.recorder.record(door, exchange, [204, 401, STALE, 404], {
      ...about('end-session', 'native', held),
      target,
      outcome,
      reading: exchange.status === 404 ? 'live' : readingOf(exchange),
      ...(exchange.status === 404 && { isTargetDead: true }),
    });
    return outcome;
  }

  /** An administrator ends one session. @param {Door} door @param {Held} held */
  async endSession(door, { user, session: target }) {
    const path = `/api/v1/admin/users/${user.id}/sessions/${target}?applicationId=${user.tenant.id}`;
    const exchange = await door.ask({ method: 'DELETE', path, headers: bearer(this.world.key) });
    const outcome = outcomeOf(exchange);
    this.recorder.record(door, exchange, [204, 404], {
      ...about('end-session', 'admin', { user, index: null }),
      target,
      outcome,
      ...(exchange.status === 404 && { isTargetDead: true }),
    });
    return outcome;
  }

  /** An administrator ends all of a user's. @param {Door} door @param {User} user */
  endUser(door, user) {
    const path = `/api/v1/admin/users/${user.id}/sessions?applicationId=${user.tenant.id}&reason=Ghosts`;
    const asked = { method: 'DELETE', path, headers: bearer(this.world.key) };
    return this.act(door, asked, [200], about('end-user', 'admin', { user, index: null }));
  }

  /** The same by a filter, which takes two steps. @param {Door} door @param {User} user @returns {Promise<Outcome>} */
  async endByFilter(door, user) {
    const filter = { applicationId: user.tenant.id, userId: user.id };
    const path = '/api/v1/admin/sessions/end';
    const preview = await door.ask(post(path, json({ filter, dryRun: true }), bearer(this.world.key)));
    const { t0, t1 } = preview;
    this.recorder.record(door, preview, [200], about('preview', 'admin', { user, index: null }));
    const confirmation = text(preview, 'confirmation');
    if (confirmation === undefined) return 'refused';
    const asked = post(path, json({ filter, confirmation, reason: 'Ghosts' }), bearer(this.world.key));
    const exchange = await door.ask(asked);
    // 202: a job will end them.
    const outcome = exchange.status === 202 ? 'unknown' : outcomeOf(exchange);
    const known = about('end-by-filter', 'admin', { user, index: null });
    this.recorder.record(door, exchange, [200, 202], { ...known, outcome, seen: { t0, t1 } });
    return outcome;
  }

  /**
   * An administrator ends everyone's of an application, which is one deed to each of its users.
   *
   * @param {Door} door
   * @param {User[]} users
   */
  async endApplication(door, users) {
    const path = `/api/v1/admin/applications/${users[0]?.tenant.id}/sessions/end`;
    const exchange = await door.ask(post(path, json({ reason: 'Ghosts' }), bearer(this.world.key)));
    const outcome = outcomeOf(exchange);
    for (const [place, user] of users.entries())
      this.recorder.record(door, exchange, [200], {
        ...about('end-application', 'admin', { user, index: null }),
        outcome,
        ...(place > 0 && { isRider: true }),
      });
    return outcome;
  }

  /**
   * @param {Door} door
   * @param {Asked} asked
   * @param {number[]} expected
   * @param {ReturnType<typeof about>} known
   */
  async act(door, asked, expected, known) {
    const exchange = await door.ask(asked);
    const outcome = outcomeOf(exchange);
    this.recorder.record(door, exchange, expected, { ...known, outcome });
    return outcome;
  }
}

/**
 * @param {string} kind
 * @param {string} surface
 * @param {{ user: User, index: number | null }} held
 */
function about(kind, surface, { user, index }) {
  return { kind, surface, user: user.index, token: index };
}

/** @param {Exchange} exchange @returns {import('./history.js').Reading} */
function readingOf({ status }) {
  if (status === 401) return 'dead';
  return status === 200 || status === 204 ? 'live' : 'none';
}
