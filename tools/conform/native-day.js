import { field } from './day.js';

/** @typedef {import('./day.js').Day} Day @typedef {import('./throw-away-user.js').User} User @typedef {import('./throw-away-user.js').Application} Application */

const SESSION = '/api/v1/auth/session';
const bearer = (/** @type {string} */ token) => ({ authorization: `Bearer ${token}` });

/** Our own routes: a stranger, a login, a logout. @param {Day} day @param {User} user @param {Application} application */
export async function nativeDay(day, { login, password }, { id: applicationId }) {
  let token = '';
  const state = async () => String((await day.ask(SESSION, { headers: bearer(token) })).status);
  await day.step('a stranger asks who they are', '401', async () => String((await day.ask(SESSION)).status));
  await day.step('a wrong password', '401 CREDENTIALS_REJECTED', async () => {
    const json = { login, password: `${password}x`, applicationId };
    const answer = await day.ask('/api/v1/auth/login', { method: 'POST', json });
    return `${answer.status} ${field(answer, 'code')}`;
  });
  await day.step('login', '200 with a token', async () => {
    const json = { login, password, applicationId, label: 'conform' };
    const answer = await day.ask('/api/v1/auth/login', { method: 'POST', json });
    token = field(answer, 'token');
    return `${answer.status} ${token ? 'with a token' : 'without a token'}`;
  });
  await day.step('the same question', '200', state);
  await day.step('logout', '204', async () =>
    String((await day.ask('/api/v1/auth/logout', { method: 'POST', headers: bearer(token) })).status),
  );
  await day.step('the same question again', '401', state);
}

/**
 * Logout is one thing: a token of a wire, logged out on our own route, is dead on its wire.
 *
 * @param {Day} day
 * @param {() => Promise<string>} logIn Answers a token of the wire.
 * @param {(token: string) => Promise<string>} state How the wire answers it.
 * @param {string} dead What it answers to a dead one.
 */
export async function deadEverywhere(day, logIn, state, dead) {
  let token = '';
  await day.step('login once more; our own routes know the token', '200', async () => {
    token = await logIn();
    return String((await day.ask(SESSION, { headers: bearer(token) })).status);
  });
  await day.step('logged out on our own route', '204', async () =>
    String((await day.ask('/api/v1/auth/logout', { method: 'POST', headers: bearer(token) })).status),
  );
  await day.step('and dead on this wire', dead, () => state(token));
}
