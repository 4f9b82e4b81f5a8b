import { cookieOf } from './day.js';
import { deadEverywhere } from './native-day.js';

/** @typedef {import('./day.js').Day} Day @typedef {import('./throw-away-user.js').User} User */

const COOKIE = 'session-key';

/** Generated frontends: login and logout by cookie. @param {Day} day @param {User} user */
export async function dittofiDay(day, { login, password }) {
  let token = '';
  const me = async (/** @type {string} */ value) =>
    String((await day.ask('/v1/me', { headers: value ? { cookie: `${COOKIE}=${value}` } : {} })).status);
  const logIn = async () => {
    const body = JSON.stringify({ email: login, password });
    // As generated frontends send it.
    const answer = await day.ask('/v1/login', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    token = cookieOf(answer, COOKIE);
    return answer;
  };
  const logOut = async () => {
    const { status, text } = await day.ask('/v1/logout_user', { headers: { cookie: `${COOKIE}=${token}` } });
    return `${status} ${text}`;
  };
  await day.step('guarded endpoint, no login', '401', () => me(''));
  await day.step('a wrong password', '403', async () => {
    const body = JSON.stringify({ email: login, password: `${password}x` });
    return String((await day.ask('/v1/login', { method: 'POST', body })).status);
  });
  await day.step('login', '200 with the cookie', async () => {
    const { status } = await logIn();
    return `${status} ${token ? 'with the cookie' : 'without the cookie'}`;
  });
  await day.step('guarded endpoint', '200', () => me(token));
  await day.step('logout', '200 {"data":null}', logOut);
  await day.step('logout a second time', '200 {"data":null}', logOut);
  await day.step('guarded endpoint', '401', () => me(token));
  await deadEverywhere(day, async () => (await logIn(), token), me, '401');
}
