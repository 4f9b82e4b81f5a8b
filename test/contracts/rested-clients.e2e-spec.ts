import axios, { type AxiosError, type AxiosInstance } from 'axios';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../raw-request.js';
import { keep, PASSWORD } from '../server.js';
import { AUTH, COOKIE, KEY, RestedProject } from './rested-project.js';

interface Shown {
  uniqueId: string;
  data: Record<string, unknown>;
}

let project: RestedProject;
let url: string;
beforeAll(async () => {
  project = await RestedProject.start();
  await project.register('alice', { colour: 'green' });
  url = `http://127.0.0.1:${await listen(project.server.app)}/api/1/ce/${AUTH}`;
});
afterAll(() => project.server.stop());

const ALICE = { username: 'alice', password: PASSWORD };
const statusOf = (error: unknown): number | undefined => (error as AxiosError).response?.status;

/** A browser's jar, as far as one host needs one. */
class Jar {
  cookie = '';

  take(lines: string[] = []): void {
    for (const line of lines) {
      const [pair = ''] = line.split(';');
      this.cookie = line.includes('Max-Age=0') ? '' : pair;
      keep(pair.slice(COOKIE.length + 1));
    }
  }
}

/** axios as pages use it: with credentials, and the key as a parameter of every request. */
function axiosOf(jar: Jar): AxiosInstance {
  const client = axios.create({ baseURL: url, params: { key: KEY }, withCredentials: true });
  client.interceptors.request.use((config) => {
    if (jar.cookie && config.withCredentials) config.headers.set('cookie', jar.cookie);
    return config;
  });
  client.interceptors.response.use((response) => {
    jar.take(response.headers['set-cookie']);
    return response;
  });
  return client;
}

describe('8. a client with axios', () => {
  it('the key as a default parameter: log in, who am I, change with uniqueId, log out, 401', async () => {
    const jar = new Jar();
    const client = axiosOf(jar);

    const loggedIn = await client.post<Shown>('', ALICE, { params: { login: true } });
    const me = await client.get<Shown>('');
    const { uniqueId } = me.data;
    const changed = await client.put<Shown>('', { username: 'alice', colour: 'blue' }, { params: { uniqueId } });
    const loggedOut = await client.post('', undefined, { params: { logout: true } });
    const after = await client.get('').catch(statusOf);

    expect([loggedIn.data.data, changed.data.data]).toEqual([
      { username: 'alice', colour: 'green' },
      { username: 'alice', colour: 'blue' },
    ]);
    expect([loggedOut.status, loggedOut.data, jar.cookie, after]).toEqual([204, '', '', 401]);
  });

  it('the address written out with its query, as in React application 1', async () => {
    const jar = new Jar();
    const client = axiosOf(jar);

    const { status } = await client.post(`${url}?key=${KEY}&login=true`, ALICE, { params: { key: undefined } });

    expect([status, jar.cookie.startsWith(`${COOKIE}=`)]).toEqual([200, true]);
  });

  it('options in the place of the body at logout, and no cookie: 204, no exception', async () => {
    const answer = await axios.post(`${url}?key=${KEY}&logout=true`, { withCredentials: true });

    expect([answer.status, answer.config.headers['Content-Type']]).toEqual([204, 'application/json']);
  });

  it('an empty POST travels as application/x-www-form-urlencoded, and logs out', async () => {
    const jar = new Jar();
    const client = axiosOf(jar);
    await client.post('', ALICE, { params: { login: true } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };

    const { status, config } = await client.post('', '', { params: { logout: true }, headers });

    expect([status, config.headers['Content-Type'], jar.cookie]).toEqual([
      204,
      'application/x-www-form-urlencoded',
      '',
    ]);
  });

  it('a refusal is an exception with a status, and a message in response.data', async () => {
    const error = await axios
      .post(`${url}?key=${KEY}&login=true`, { username: 'alice', password: 'not the password' })
      .catch((thrown: AxiosError<{ error: object }>) => thrown);

    expect((error as AxiosError<object>).response).toMatchObject({
      status: 401,
      data: { error: { status: 401, message: 'The credentials were not accepted.' } },
    });
  });

  it('the stored Authorization header is sent back verbatim, and logs out', async () => {
    const { headers } = await axios.post(`${url}?key=${KEY}&login=true&noATCookie=true`, ALICE);
    const authorization = String(headers['authorization']);
    keep(authorization.slice('Bearer '.length));
    const client = axios.create({ baseURL: url, params: { key: KEY }, headers: { Authorization: authorization } });

    const me = await client.get<Shown>('', { params: { dataOnly: true } });
    const loggedOut = await client.post('', null, { params: { logout: true } });
    const after = await client.get('').catch(statusOf);

    expect([headers['set-cookie'], me.data, loggedOut.status, loggedOut.headers['set-cookie'], after]).toEqual([
      undefined,
      expect.objectContaining({ username: 'alice' }),
      204,
      undefined,
      401,
    ]);
  });
});

describe('8. the documented fetch sample', () => {
  const call = (query: string, init: RequestInit = {}) =>
    fetch(`${url}?key=${KEY}${query}`, { credentials: 'include', ...init });
  const logIn = () =>
    call('&login=true', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(ALICE),
    });

  it('log in, who am I, log out without a body, 401', async () => {
    const jar = new Jar();
    const loggedIn = await logIn();
    jar.take(loggedIn.headers.getSetCookie());
    const headers = { cookie: jar.cookie };

    const me = await call('', { headers });
    const loggedOut = await call('&logout=true', { method: 'POST', headers });
    const after = await call('', { headers });

    expect([loggedIn, me, loggedOut, after].map(({ status }) => status)).toEqual([200, 200, 204, 401]);
    expect([await loggedOut.text(), loggedOut.headers.get('content-type')]).toEqual(['', null]);
  });

  it('logout twice, with any body: 204 both times', async () => {
    const jar = new Jar();
    jar.take((await logIn()).headers.getSetCookie());
    const logOut = (body: string) => call('&logout=true', { method: 'POST', headers: { cookie: jar.cookie }, body });

    expect([(await logOut('{')).status, (await logOut('')).status]).toEqual([204, 204]);
  });

  it('several records by repeating uniqueId, and one expression over all of them', async () => {
    const notes = url.replace(AUTH, 'examples/open');
    const make = async (price: number): Promise<string> => {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ price }) };
      return ((await (await fetch(`${notes}?key=${KEY}`, init)).json()) as Shown).uniqueId;
    };
    const [first, second] = [await make(2), await make(3)];

    const both = await fetch(`${notes}?key=${KEY}&dataOnly=true&uniqueId=${first}&uniqueId=${second}`);
    const sum = await fetch(`${notes}?${new URLSearchParams({ key: KEY, jsonata: '$sum(data.price)' }).toString()}`);

    expect([await both.json(), await sum.json()]).toEqual([[{ price: 2 }, { price: 3 }], 5]);
  });
});
