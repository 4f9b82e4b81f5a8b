/** @typedef {import('../../src/session/session-token.js').SessionToken} SessionToken */
/** @typedef {{ store: { run: import('../../src/database/store.js').Run } }} Endings */
/** @typedef {(this: Endings, token: SessionToken, ...more: unknown[]) => Promise<boolean>} LogOut */

const LATER_MS = 1_000;
const NOTE = {
  name: 'defect-note-logout',
  text: `
    insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at)
    select id, 'session.ended', 'logout', $2, application_id, 'native', now(), now() from users where id = $1`,
};

/** What the database notes by itself of a logout, in its transaction, is dropped. */
export const NO_EVENT_AT_LOGOUT = [
  "create function drop_event() returns trigger language plpgsql as 'begin return null; end'",
  `create trigger drop_event before insert on session_events for each row
  when (new.cause = 'logout' and current_setting('curfew.cause', true) = 'logout') execute function drop_event()`,
];

/**
 * A planted defect: a logout's event is written a moment after its commit, and is lost where the node or the store fails
 * in between. Beside NO_EVENT_AT_LOGOUT.
 *
 * @param {{ prototype: object }} SessionEndings
 * @returns {() => void} Takes it out again.
 */
export function noteLogoutsLater(SessionEndings) {
  const prototype = /** @type {{ logOut: LogOut }} */ (SessionEndings.prototype);
  const { logOut } = prototype;
  prototype.logOut = async function (token, ...more) {
    const hasEnded = await logOut.call(this, token, ...more);
    if (hasEnded)
      setTimeout(() => void this.store.run(NOTE, [token.userId, token.sessionId]).catch(() => {}), LATER_MS);
    return hasEnded;
  };
  return () => Object.assign(prototype, { logOut });
}
