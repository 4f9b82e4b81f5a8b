import { randomUUID } from 'node:crypto';

/** @typedef {typeof import('../../src/session/session-token.js').SessionToken} TokenClass */
/** @typedef {import('../../src/database/store.js').Run} Run */
/** @typedef {(this: { store: { run: Run } }, text: string | undefined, run?: Run) => Promise<string>} Rotate */

const READ = {
  name: 'defect-rotation-read',
  text: `select application_id, contract, created_at, authenticated_at, idle_until, expires_at, csrf_hash
    from sessions where user_id = $1 and id = $2 and secret_hash = $3 and idle_until > now() and expires_at > now()`,
};
const INSERT = {
  name: 'defect-rotation-insert',
  text: `
    insert into sessions (user_id, id, secret_hash, application_id, contract, created_at, authenticated_at, idle_until, expires_at, csrf_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};
const DELETE = { name: 'defect-rotation-delete', text: 'delete from sessions where user_id = $1 and id = $2' };

/**
 * A planted defect: a rotation reads the session, inserts a copy under another secret, and deletes the old one.
 *
 * @param {{ prototype: object }} SessionService
 * @param {TokenClass} SessionToken
 * @returns {() => void} Takes it out again.
 */
export function rotateByInsert(SessionService, SessionToken) {
  const prototype = /** @type {{ rotate: Rotate }} */ (SessionService.prototype);
  const { rotate } = prototype;
  prototype.rotate = async function (text, within) {
    const run = within ?? this.store.run;
    const old = SessionToken.parse(text);
    const [row] = old ? await run(READ, [old.userId, old.sessionId, old.secretHash]) : [];
    if (!old || !row) return rotate.call(this, text, run);
    const fresh = SessionToken.mint(old.userId, randomUUID());
    await run(INSERT, [fresh.userId, fresh.sessionId, fresh.secretHash, ...row]);
    await run(DELETE, [old.userId, old.sessionId]);
    return fresh.reveal();
  };
  return () => Object.assign(prototype, { rotate });
}
