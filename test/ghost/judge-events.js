/** Did every ending leave its event, once, in order, for everyone who listens, and no living session one? */

import { swapsOf } from './model.js';

/** @typedef {import('./history.js').EventLine} EventLine */
/** @typedef {import('./history.js').Operation} Operation */
/** @typedef {import('./judge-readings.js').Finding} Finding */
/** @typedef {import('./model.js').Session} Session */

const ENDED = 'session.ended';
/** After all is mended a listener has heard everything within this. */
const HEARD_MS = 30_000;
/** The sweeper finds what expired by and by. */
const EXPIRED = new Set(['expired', 'idle']);
/** How far the clock of the database may be from ours. */
const CLOCKS_MS = 1_000;

export class EventsJudge {
  counts = { events: 0, endingsWithEvent: 0, heard: 0, heardAgain: 0 };
  /** By id, in their order in the log. @type {Map<string, EventLine & { place: number }>} */
  log = new Map();
  /** When the log was read: what was heard before must be in it. */
  readAt = -Infinity;
  /** By session. @type {Map<string, EventLine[]>} */
  endings = new Map();
  /** What each listener heard, in order. @type {Map<string, EventLine[]>} */
  hearings = new Map();
  /** Sessions that were alive once all was mended. @type {Map<string, Operation>} */
  living = new Map();
  /** Those that were dead by then, with a token that no other one replaced. @type {Map<string, Operation>} */
  dead = new Map();

  /**
   * @param {import('./model.js').Model} model
   * @param {{ healed: number, verify: number, crowding: number }} phases
   * @param {(finding: Finding) => void} find
   */
  constructor(model, phases, find) {
    this.model = model;
    this.phases = phases;
    this.find = find;
  }

  /** @param {EventLine} event */
  note(event) {
    if (event.source !== 'table') {
      const heard = this.hearings.get(event.source) ?? [];
      heard.push(event);
      this.hearings.set(event.source, heard);
      return;
    }
    this.counts.events++;
    this.readAt = event.at;
    this.log.set(event.id, { ...event, place: this.log.size });
    if (event.type === ENDED) this.endings.set(event.session, [...(this.endings.get(event.session) ?? []), event]);
  }

  /** @param {Operation} op */
  judge(op) {
    if (op.t0 < this.phases.verify || op.reading === 'none' || op.token === null) return;
    const session = this.model.tokens.get(op.token)?.session;
    if (session && op.reading === 'live') this.living.set(session.id, op);
    else if (session && swapsOf(session, op.token).length === 0) this.dead.set(session.id, op);
  }

  /** Nothing to judge where the log was not read: a run that was cut short. */
  conclude() {
    if (this.log.size === 0) return;
    for (const session of new Set(this.model.sessions.values())) this.judgeSession(session);
    for (const [source, heard] of this.hearings) this.judgeHearing(source, heard);
  }

  /** @param {Session} session */
  judgeSession(session) {
    const events = this.endings.get(session.id) ?? [];
    const ended = this.model.endedBy(session);
    const living = this.living.get(session.id);
    const dead = this.dead.get(session.id);
    if (!this.model.rows.known.has(session.id))
      this.tell('lost-login', 'its login was answered, and no event tells of it', session, [], 'V3');
    const hasExpired = (session.expiresAt ?? Infinity) <= ended.at + HEARD_MS;
    if (ended.by && !hasExpired) {
      if (events.length === 0)
        this.tell('no-event', 'its end was answered, and no event tells of it', session, [ended.by]);
      else this.counts.endingsWithEvent++;
    }
    if (events.length > 1) this.tell('event-repeated', `${events.length} events tell of its end`, session, []);
    // What was looked at may have expired before the log was read.
    if (events.length > 0 && living && session.expiresAt === undefined) {
      this.tell('event-of-living', 'told to be ended, and alive', session, [living]);
    }
    const mayStay = this.model.mayStay(session) || mayHaveExpired(session, dead?.t1 ?? -Infinity);
    if (events.length === 0 && dead && !ended.by && !mayStay)
      this.tell('no-event', 'it has ended, and no event tells of it', session, [dead]);
    const [event] = events;
    if (!event || EXPIRED.has(event.cause ?? '')) return;
    if ((event.occurredAt ?? -Infinity) + CLOCKS_MS >= this.model.firstDeed(session).at) return;
    this.tell('event-without-ending', `told to be ended (${event.cause}), and nobody ended it`, session, []);
  }

  /**
   * @param {string} source
   * @param {EventLine[]} heard
   */
  judgeHearing(source, heard) {
    /** @type {Map<string, EventLine>} */
    const first = new Map();
    /** By user, the place in the log of the last one that was new. @type {Map<number, number>} */
    const places = new Map();
    for (const event of heard) {
      const known = first.get(event.id);
      if (known) this.judgeRepeat(source, known, event);
      else {
        first.set(event.id, event);
        this.judgeOrder(source, event, places);
      }
    }
    this.counts.heard += first.size;
    this.judgeComplete(source, first);
  }

  /**
   * @param {string} source
   * @param {EventLine} known
   * @param {EventLine} event
   */
  judgeRepeat(source, known, event) {
    this.counts.heardAgain++;
    if (known.type === event.type && known.session === event.session) return;
    this.say('event-changed', `${source}: event ${event.id} came again as another`, event.session);
  }

  /**
   * @param {string} source
   * @param {EventLine} event
   * @param {Map<number, number>} places
   */
  judgeOrder(source, event, places) {
    const place = this.log.get(event.id)?.place;
    if (place === undefined) {
      if (event.at < this.readAt)
        this.say('event-unknown', `${source}: event ${event.id} is not in the log`, event.session);
    } else if (event.user !== null) {
      if (place < (places.get(event.user) ?? -1)) {
        this.say('event-order', `${source}: event ${event.id} came after a later one of its user`, event.session);
      }
      places.set(event.user, Math.max(place, places.get(event.user) ?? -1));
    }
  }

  /**
   * @param {string} source
   * @param {Map<string, EventLine>} first
   */
  judgeComplete(source, first) {
    const { healed, crowding } = this.phases;
    for (const { id, session, occurredAt = -Infinity } of this.log.values()) {
      const heard = first.get(id);
      if (!heard) this.say('event-unheard', `${source}: event ${id} did not come`, session);
      else if (heard.at > Math.max(healed, occurredAt) + HEARD_MS * crowding)
        this.say('event-late', `${source}: event ${id} came late`, session);
    }
  }

  /**
   * @param {string} kind
   * @param {string} says
   * @param {Session} session
   * @param {Operation[]} by
   * @param {string} [promise]
   */
  tell(kind, says, session, by, promise = 'V8') {
    this.find({ kind, promise, says, session: session.id, by: [session.start, ...by] });
  }

  /**
   * @param {string} kind
   * @param {string} says
   * @param {string} session
   */
  say(kind, says, session) {
    const start = this.model.sessions.get(session)?.start;
    this.find({ kind, promise: 'V8', says, session, by: start ? [start] : [] });
  }
}

/**
 * @param {Session} session
 * @param {number} instant
 */
function mayHaveExpired({ expiresAt = Infinity, idlesAt = Infinity }, instant) {
  return Math.min(expiresAt, idlesAt) - CLOCKS_MS <= instant;
}
