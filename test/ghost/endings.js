/** What each kind of deed ends, from when on it may, and from when on it certainly has. */

/** @typedef {import('./history.js').Operation} Operation */
/**
 * An operation as an ending. It may take effect from its `t0` on. `reach`: which of the sessions it may end. Of sessions that
 * are its business by time alone it ends none that was begun at `limit` or later, and, where it was done, all that were there
 * by `since`.
 *
 * @typedef {object} Ending
 * @property {Operation} op
 * @property {'token' | 'session' | 'user'} reach
 * @property {boolean} isDone
 * @property {boolean} isLogout Of a token: the session ends with it, if it is the session's newest.
 * @property {number} limit
 * @property {number} since
 * @property {boolean} [staysARow] Their rows stay, and leave no event, until the sweeper finds them.
 * @property {number} [token] The one that it ends, whatever else it does.
 * @property {string} [session]
 * @property {string} [except] A session that it spares.
 * @property {string} [contract] It ends sessions of this contract alone.
 * @property {number} [carrier] It ends the user's sessions only if this token was alive when it was looked at.
 * @property {number} [was] Sessions made with this password, or an older one, are ended whenever they were begun.
 */

/**
 * How long an ending whose answer never came, or was "I do not know", may still take effect: a node that sleeps with the
 * request in its socket, and the database's own patience after it.
 */
const LATE_MS = 20_000;
/** Contracts on which the newest login of a user ends the older ones. */
const NEWEST_WINS = new Set(['backendless']);

/** What an ending is made from. @typedef {{ op: Operation, base: Omit<Ending, 'reach'>, token: number | undefined, own: string | undefined }} Deed */

/** By kind. `own` is the session of the token that was carried. @type {Record<string, (deed: Deed) => Ending[]>} */
const WAYS = {
  logout: (deed) => ofToken(deed, true),
  revoke: (deed) => ofToken(deed, true),
  rotate: (deed) => ofToken(deed, false),
  login: ({ op, base, token }) => endingsOfLogin(op, base, token),
  'log-out-everywhere': (deed) => [...byCarrier(deed), ...ofToken(deed, true)],
  'log-out-others': (deed) => byCarrier(deed).map((ending) => sparing(deed, ending)),
  'change-password': (deed) => {
    const { op, base } = deed;
    const wide = sparing(deed, { ...base, reach: 'user', ...(op.was !== undefined && { was: op.was }) });
    return [wide, ...ofToken(deed, false)];
  },
  'end-session': ({ op, base }) => (op.target === undefined ? [] : [{ ...base, reach: 'session', session: op.target }]),
  'end-user': ({ base }) => [{ ...base, reach: 'user' }],
  'end-application': ({ base }) => [{ ...base, reach: 'user', staysARow: true }],
  'end-by-filter': ({ op: { seen }, base }) =>
    seen ? [{ ...base, reach: 'user', limit: seen.t1, since: seen.t0 }] : [],
};

/**
 * The endings that an operation is; a refused one is none, nor is one that nobody was there to hear.
 *
 * @param {Operation} op
 * @param {(token: number) => string | undefined} sessionOf
 * @returns {Ending[]}
 */
export function endingsOf(op, sessionOf) {
  const way = WAYS[op.kind];
  if (way === undefined || op.outcome === 'refused' || op.error === 'ECONNREFUSED') return [];
  const isDone = op.outcome === 'done';
  const base = { op, isDone, isLogout: false, limit: isDone ? op.t1 : op.t1 + LATE_MS, since: op.t0 };
  const token = op.token !== null && op.token >= 0 ? op.token : undefined;
  return way({ op, base, token, own: token === undefined ? undefined : sessionOf(token) });
}

/** @param {Deed} deed @param {boolean} isLogout @returns {Ending[]} */
function ofToken({ base, token }, isLogout) {
  return token === undefined ? [] : [{ ...base, reach: 'token', token, isLogout }];
}

/** @param {Deed} deed @returns {Ending[]} */
function byCarrier({ base, token }) {
  return token === undefined ? [] : [{ ...base, reach: 'user', carrier: token }];
}

/** @param {Deed} deed @param {Ending} ending @returns {Ending} */
function sparing({ own }, ending) {
  return own === undefined ? ending : { ...ending, except: own };
}

/**
 * @param {Operation} op
 * @param {Omit<Ending, 'reach'>} base
 * @param {number | undefined} token
 * @returns {Ending[]}
 */
function endingsOfLogin(op, base, token) {
  /** @type {Ending[]} */
  const endings = token === undefined ? [] : [{ ...base, reach: 'token', token, isLogout: true }];
  if (!NEWEST_WINS.has(op.contract ?? '')) return endings;
  const except = op.fresh?.session;
  endings.push({ ...base, reach: 'user', contract: op.contract ?? '', ...(except !== undefined && { except }) });
  return endings;
}
