import { field } from './day.js';
import { deadEverywhere } from './native-day.js';

/** @typedef {import('./day.js').Day} Day @typedef {import('./throw-away-user.js').User} User @typedef {import('./throw-away-user.js').Application} Application */

const KINDS = ['rest', 'js', 'android', 'ios', 'dotnet', 'actionscript', 'client'];

/** An app that speaks the Backendless REST interface. @param {Day} day @param {User} user @param {Application} application */
export async function backendlessDay(day, { id, login, password }, { id: applicationId, keys }) {
  const key = KINDS.map((kind) => keys.find((each) => each.kind === kind)?.key).find(Boolean);
  if (!key) throw new Error('The application has no key for Backendless clients: add one of the kind rest.');
  const base = `/${applicationId.toUpperCase()}/${key}`;
  const token = { value: '' };
  const withToken = (value = token.value) => ({ headers: { 'user-token': value } });
  const logIn = async () => {
    const answer = await day.ask(`${base}/users/login`, { method: 'POST', json: { login, password } });
    token.value = field(answer, 'user-token');
    return answer;
  };
  const isValid = async () => (await day.ask(`${base}/users/isvalidusertoken/${token.value}`, withToken())).text;
  const roles = async (value = token.value) => {
    const answer = await day.ask(`${base}/users/userroles`, withToken(value));
    if (field(answer, 'code')) return `code ${field(answer, 'code')}`;
    return field(answer).includes('"AuthenticatedUser"') ? 'AuthenticatedUser' : 'NotAuthenticatedUser';
  };
  await day.step('info at start-up', '200', async () => String((await day.ask(`${base}/info`)).status));
  await day.step('another key', 'code 2002', async () => {
    const answer = await day.ask(`/${applicationId}/00000000-0000-4000-8000-000000000000/users/userroles`);
    return `code ${field(answer, 'code')}`;
  });
  await day.step('a wrong password', 'code 3003', async () => {
    const json = { login, password: `${password}x` };
    return `code ${field(await day.ask(`${base}/users/login`, { method: 'POST', json }), 'code')}`;
  });
  await day.step('login', '200 with user-token and objectId', async () => {
    const answer = await logIn();
    const isOurs = field(answer, 'objectId').toLowerCase() === id && token.value !== '';
    return `${answer.status} ${isOurs ? 'with user-token and objectId' : answer.text}`;
  });
  await day.step('is the token valid', 'true', isValid);
  await day.step('roles', 'AuthenticatedUser', () => roles());
  await day.step('reload of the user', `200 ${login}`, async () => {
    const answer = await day.ask(`${base}/data/Users/${id.toUpperCase()}`, withToken());
    return `${answer.status} ${field(answer, 'email')}`;
  });
  await day.step('update', '200 Renamed', async () => {
    const asked = { method: 'PUT', json: { name: 'Renamed' }, ...withToken() };
    const answer = await day.ask(`${base}/users/${id.toUpperCase()}`, asked);
    return `${answer.status} ${field(answer, 'name')}`;
  });
  await day.step('logout', '200, empty', async () => {
    const { status, text } = await day.ask(`${base}/users/logout`, withToken());
    return `${status}, ${text === '' ? 'empty' : text}`;
  });
  await day.step('is the token valid', 'false', isValid);
  await day.step('roles with the dead token', 'code 3064', () => roles());
  await deadEverywhere(day, async () => (await logIn(), token.value), roles, 'code 3064');
}
