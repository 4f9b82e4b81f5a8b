import { cookieOf, field } from './day.js';
import { deadEverywhere } from './native-day.js';

/** @typedef {import('./day.js').Day} Day @typedef {import('./day.js').Answer} Answer @typedef {import('./throw-away-user.js').User} User @typedef {import('./throw-away-user.js').Application} Application */

/** Clients of an Elvis 6 server. @param {Day} day @param {User} user @param {Application} application */
export async function elvisDay(day, { login, password }, { wires }) {
  const asStatus = wires.elvis?.sendServiceErrorAsJson === false;
  const failure = (/** @type {number} */ code) => `${asStatus ? code : 200} errorcode ${code}`;
  const token = { value: '', csrf: '' };
  const shown = (/** @type {Answer} */ answer, name = 'username') =>
    `${answer.status} ${field(answer, 'errorcode') ? `errorcode ${field(answer, 'errorcode')}` : field(answer, name)}`;
  const profile = async (/** @type {Record<string, string>} */ headers) =>
    shown(await day.ask('/services/profile', { method: 'POST', headers }));
  const cookie = () => ({ cookie: `authToken=${token.value}` });
  const bearer = (value = token.value) => ({ authorization: `Bearer ${value}` });
  const form = () => new URLSearchParams({ username: login, password });
  const apilogin = async () => {
    const answer = await day.ask('/services/apilogin', { method: 'POST', body: form() });
    token.value = field(answer, 'authToken');
    return answer;
  };
  await day.step('profile, not logged in', failure(401), () => profile({}));
  await day.step('login', '200 with cookie and csrf token', async () => {
    const cred = Buffer.from(`${login}:${password}`).toString('base64');
    const answer = await day.ask('/services/login', { method: 'POST', body: new URLSearchParams({ cred }) });
    token.value = cookieOf(answer, 'authToken');
    token.csrf = field(answer, 'csrfToken');
    const isComplete = field(answer, 'loginSuccess') === 'true' && token.value && token.csrf;
    return `${answer.status} ${isComplete ? 'with cookie and csrf token' : answer.text}`;
  });
  await day.step('profile', `200 ${login}`, () => profile(cookie()));
  await day.step('logout without the csrf token', failure(403), async () =>
    shown(await day.ask('/services/logout', { method: 'POST', headers: cookie() }), 'logoutSuccess'),
  );
  await day.step('the session lives on', `200 ${login}`, () => profile(cookie()));
  await day.step('logout by GET', failure(405), async () =>
    shown(await day.ask('/services/logout', { headers: cookie() }), 'logoutSuccess'),
  );
  await day.step('logout with the csrf token', '200 true', async () => {
    const headers = { ...cookie(), 'x-csrf-token': token.csrf };
    return shown(await day.ask('/services/logout', { method: 'POST', headers }), 'logoutSuccess');
  });
  await day.step('profile', failure(401), () => profile(cookie()));
  await day.step('API login', '200 with a bearer token', async () => {
    const answer = await apilogin();
    return `${answer.status} ${token.value ? 'with a bearer token' : answer.text}`;
  });
  await day.step('ping', '200', async () => String((await day.ask('/services/ping', { headers: bearer() })).status));
  await day.step('logout as the PowerShell script does', '200 true', async () => {
    const headers = { ...bearer(), 'content-type': 'application/json' };
    return shown(await day.ask('/services/logout', { method: 'POST', headers }), 'logoutSuccess');
  });
  await day.step('profile', failure(401), () => profile(bearer()));
  await day.step('redirecting logout ends the session', `302, then ${failure(401)}`, async () => {
    await apilogin();
    const { status } = await day.ask('/logout?logoutSuccessUrl=%2Fbye', { headers: bearer() });
    return `${status}, then ${await profile(bearer())}`;
  });
  await deadEverywhere(
    day,
    async () => (await apilogin(), token.value),
    (value) => profile(bearer(value)),
    failure(401),
  );
}
