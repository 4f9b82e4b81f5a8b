/** @typedef {import('../../src/session/session-checks.js').LiveSession} LiveSession */
/** @typedef {{ store: { run: import('../../src/database/store.js').Run } }} Toucher */

const UPSERT = {
  name: 'defect-upsert-touch',
  text: `
    insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, authenticated_at, last_seen_at, idle_until, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9)
    on conflict (user_id, id) do update set last_seen_at = excluded.last_seen_at`,
};

/**
 * A planted defect: at the end of each request its session is saved, also where it has ended meanwhile.
 *
 * @param {{ prototype: object }} SessionToucher
 * @returns {() => void} Takes it out again.
 */
export function touchByUpsert(SessionToucher) {
  const prototype = /** @type {{ touchIfDue: (this: Toucher, session: LiveSession) => void }} */ (
    SessionToucher.prototype
  );
  const { touchIfDue } = prototype;
  prototype.touchIfDue = function (session) {
    const { userId, sessionId, applicationId, contract, secretHash, createdAt, authenticatedAt } = session;
    const limits = [session.idleUntil, session.expiresAt];
    const row = [userId, sessionId, applicationId, contract, secretHash, createdAt, authenticatedAt, ...limits];
    this.store.run(UPSERT, row).catch(() => {});
  };
  return () => Object.assign(prototype, { touchIfDue });
}
