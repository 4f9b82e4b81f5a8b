/** The usual way on Express: express-session in PostgreSQL, Passport's session strategy, the user asked by id each time. */
import { verify } from '@node-rs/argon2';
import connectPgSimple from 'connect-pg-simple';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-local';
import pg from 'pg';

const HOUR_MS = 3_600_000;
const TABLES = `
  create table if not exists session (sid varchar not null primary key, sess json not null, expire timestamp(6) not null);
  create index if not exists "IDX_session_expire" on session (expire);
  create table if not exists users (
    id uuid primary key default gen_random_uuid(), username text not null unique, roles text[] not null default '{}',
    password_hash text);`;

/** @typedef {{ id: string, username: string, roles: string[], password_hash: string }} User */

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
await pool.query(TABLES);

passport.use(
  new Strategy((username, password, done) => {
    logIn(username, password).then((user) => done(null, user ?? false), done);
  }),
);
passport.serializeUser((user, done) => done(null, /** @type {User} */ (user).id));
passport.deserializeUser((id, done) => {
  find('id', String(id)).then((user) => done(null, user ?? false), done);
});

const app = express();
app.get('/alive', (_, response) => response.end());
app.use(
  session({
    store: new (connectPgSimple(session))({ pool, disableTouch: process.env['TOUCH'] === 'off' }),
    secret: String(process.env['SECRET']),
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: HOUR_MS },
  }),
);
app.use(passport.session());
const byPassword = /** @type {import('express').Handler} */ (passport.authenticate('local'));
app.post('/login', express.json(), byPassword, ({ user, session: started }, response) => {
  if (user) response.json(answerOf(user, started));
});
app.get('/session', ({ user, session: found }, response) => {
  if (user) response.json(answerOf(user, found));
  else response.status(401).json({ status: 401 });
});
app.post('/logout', ({ session: found }, response, next) => {
  found.destroy((error) => (error ? next(error) : response.status(204).end()));
});
app.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGINT', () => process.exit(0));

/**
 * @param {string} username
 * @param {string} password
 */
async function logIn(username, password) {
  const user = await find('username', username);
  return user && (await verify(user.password_hash, password)) ? user : undefined;
}

/**
 * @param {'id' | 'username'} column
 * @param {string} value
 */
async function find(column, value) {
  /** @type {pg.QueryResult<User>} */
  const { rows } = await pool.query(`select id, username, roles, password_hash from users where ${column} = $1`, [
    value,
  ]);
  return rows[0];
}

/**
 * @param {{ id: string, username: string, roles: string[] }} user
 * @param {{ id: string, cookie: { expires: Date } }} session
 */
function answerOf({ id, username, roles }, { id: sessionId, cookie }) {
  return { user: { id, username, roles }, session: { id: sessionId, expiresAt: cookie.expires } };
}
