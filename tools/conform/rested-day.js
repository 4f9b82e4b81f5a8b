import { cookieOf, field } from './day.js';
import { deadEverywhere } from './native-day.js';

/** @typedef {import('./day.js').Day} Day @typedef {import('./throw-away-user.js').User} User @typedef {import('./throw-away-user.js').Application} Application */

const COOKIE = '__Secure-rested-access-token';

/** A front end of a Rested project. @param {Day} day @param {User} user @param {Application} application */
export async function restedDay(day, user, application) {
  const { keys, endpoints } = application;
  const key = (keys.find(({ kind }) => kind === 'rested') ?? keys.find(({ kind }) => kind === 'client'))?.key;
  const endpoint = endpoints.find(({ kind }) => kind === 'authentication')?.name;
  if (!key) throw new Error('The application has no key for Rested clients: add one of the kind rested.');
  if (!endpoint) throw new Error('The application has no authentication endpoint for Rested clients.');
  const auth = `/api/1/ce/${endpoint}?key=${key}`;
  const token = { value: '' };
  const cookie = () => ({ headers: { cookie: `${COOKIE}=${token.value}` } });
  const logIn = async (/** @type {string} */ more, password = user.password) =>
    day.ask(`${auth}&login=true${more}`, { method: 'POST', json: { [nameOf(user)]: user.login, password } });
  const current = async (/** @type {{ headers: Record<string, string> }} */ asked) =>
    String((await day.ask(auth, asked)).status);
  await day.step('no key', '403', async () => String((await day.ask(`/api/1/ce/${endpoint}`)).status));
  await day.step('another key', '400', async () =>
    String((await day.ask(`/api/1/ce/${endpoint}?key=${'0'.repeat(32)}`)).status),
  );
  await day.step('a wrong password', '401', async () => String((await logIn('', `${user.password}x`)).status));
  await day.step('login', '200 with the cookie', async () => {
    const answer = await logIn('');
    token.value = cookieOf(answer, COOKIE);
    return `${answer.status} ${token.value ? 'with the cookie' : 'without the cookie'}`;
  });
  await day.step('current user', '200', () => current(cookie()));
  await recordsOf(day, application, key, cookie);
  const logOut = async () => {
    const { status, text } = await day.ask(`${auth}&logout=true`, { method: 'POST', ...cookie() });
    return `${status}${text === '' ? '' : ` ${text}`}`;
  };
  await day.step('logout', '204', logOut);
  await day.step('current user', '401', () => current(cookie()));
  const isStrict = application.wires.rested?.isLogoutStrict === true;
  await day.step('logout a second time', isStrict ? '401' : '204', async () => (await logOut()).slice(0, 3));
  await day.step('login without a cookie', '200 with the header', async () => {
    const { status, headers } = await logIn('&noATCookie=true');
    token.value = headers.get('authorization') ?? '';
    return `${status} ${token.value && headers.getSetCookie().length === 0 ? 'with the header' : 'without the header'}`;
  });
  await day.step('current user by header, verbatim', '200', () => current({ headers: { authorization: token.value } }));
  await day.step('logout by header', '204', async () => {
    const asked = { method: 'POST', headers: { authorization: token.value } };
    return String((await day.ask(`${auth}&logout=true`, asked)).status);
  });
  const again = async () => cookieOf(await logIn(''), COOKIE);
  await deadEverywhere(day, again, (value) => current({ headers: { authorization: value } }), '401');
}

const nameOf = (/** @type {User} */ { login }) => (login.includes('@') ? 'email' : 'username');

/** Where there is an endpoint for records: one is made, read and removed. @param {Day} day @param {Application} application @param {string} key @param {() => { headers: Record<string, string> }} cookie */
async function recordsOf(day, { endpoints }, key, cookie) {
  const endpoint = endpoints.find(({ kind }) => kind === 'records')?.name;
  if (!endpoint) return;
  const path = `/api/1/ce/${endpoint}?key=${key}`;
  const record = { id: '' };
  await day.step('a record is made', '200', async () => {
    const answer = await day.ask(path, { method: 'POST', json: { note: 'conform' }, ...cookie() });
    record.id = field(answer, 'uniqueId');
    return String(answer.status);
  });
  await day.step('read', '200 conform', async () => {
    const answer = await day.ask(`${path}&uniqueId=${record.id}`, cookie());
    return `${answer.status} ${field(answer, 'data', 'note') || field(answer, 0, 'data', 'note')}`;
  });
  await day.step('and removed', '204', async () =>
    String((await day.ask(`${path}&uniqueId=${record.id}`, { method: 'DELETE', ...cookie() })).status),
  );
}
