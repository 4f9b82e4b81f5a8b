/** People who have nothing to do with a scan: their sessions live on, and nothing is written about them. */
import { setTimeout as pause } from 'node:timers/promises';
import { WIRES } from '../ghost/wires.js';

/** The first of those whom no scan names. */
const FIRST = 10;
/** What an act leaves behind may be written some moments after its answer. */
const SETTLE_MS = 1_500;
const ROWS = `
  select (select count(*) from sessions where user_id = any ($1)) as sessions,
         (select count(*) from session_events where user_id = any ($1)) as events,
         (select count(*) from audit_log where user_id = any ($1)) + (select count(*) from audit_inbox where user_id = any ($1)) as acts`;

/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {import('../ghost/wires.js').Wire} Wire */
/** @typedef {import('../ghost/world.js').User} User */

export class Bystanders {
  /**
   * @param {Stage} stage
   * @param {{ wire: Wire, user: User, token: string }[]} sessions
   */
  constructor(stage, sessions) {
    this.stage = stage;
    this.sessions = sessions;
  }

  /** One session each on every wire. @param {Stage} stage */
  static async enter(stage) {
    const sessions = [];
    for (const user of stage.world.users.slice(FIRST))
      for (const wire of WIRES) sessions.push({ wire, user, token: await stage.logIn(wire, user) });
    return new Bystanders(stage, sessions);
  }

  /** How many of their sessions are known at every place where the token travels, and whose they are. */
  async alive() {
    let alive = 0;
    for (const { wire, user, token } of this.sessions) {
      const answers = await Promise.all(wire.asks.map((ask) => this.stage.door.ask(ask(user.tenant, token))));
      if (answers.every((answer) => wire.read(answer).says === 'live')) alive++;
    }
    return alive;
  }

  /** What the database has about them, as one text: equal where nothing was added or taken away. */
  async rows() {
    const ids = this.sessions.map(({ user }) => user.id);
    const read = async () => JSON.stringify(await this.stage.database.query(ROWS, [ids]));
    let found = await read();
    for (let before = ''; before !== found; found = await read()) {
      before = found;
      await pause(SETTLE_MS);
    }
    return found;
  }
}
