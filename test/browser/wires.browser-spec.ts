import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BuiltServer } from './built-server.js';
import { launchChromium } from './chromium.js';
import { PageOrigin } from './page-origin.js';

const APP = randomUUID();
const KEY = randomUUID().replaceAll('-', '');
const PASSWORD = 'correct horse battery staple';

let server: BuiltServer | undefined;
let browser: Browser | undefined;
let pages: PageOrigin | undefined;
let page: Page;
let errors: string[];

beforeAll(async () => {
  server = await BuiltServer.start({ APPLICATION_ID: APP, APPLICATION_KEY: KEY });
  pages = await PageOrigin.start();
  browser = await launchChromium();
  await server.changeApplication(APP, {
    isRegistrationOpen: true,
    isGuestAllowed: true,
    allowedOrigins: [pages.origin],
  });
});
afterAll(async () => {
  await browser?.close();
  await pages?.stop();
  await server?.stop();
});
beforeEach(async () => {
  const context = await browser!.newContext();
  page = await context.newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(pages!.origin);
});
afterEach(() => page.context().close());

/** Runs in the page; what it answers is JSON. */
const inPage = <T>(script: string): Promise<T> => page.evaluate(`(async () => { ${script} })()`);
const started = (): string => `
  Backendless.serverURL = ${JSON.stringify(server!.url)};
  Backendless.initApp(${JSON.stringify(APP.toUpperCase())}, ${JSON.stringify(KEY)});
  const failed = (promise) => promise.then(() => 'accepted', (error) => error.code ?? error.message);`;

describe('a page of another origin with the Backendless SDK', () => {
  it('registers, logs in, is known, updates, logs out, and its token is dead', async () => {
    const answers = await inPage<object>(`${started()}
      const user = await Backendless.UserService.register({ email: 'page@example.test', password: '${PASSWORD}', phone: '5' });
      const logged = await Backendless.UserService.login('page@example.test', '${PASSWORD}');
      const token = logged['user-token'];
      const valid = await Backendless.UserService.isValidLogin();
      const roles = await Backendless.UserService.getUserRoles();
      const current = await Backendless.UserService.getCurrentUser();
      const updated = await Backendless.UserService.update(Object.assign(current, { name: 'Page' }));
      await Backendless.UserService.logout();
      const after = await Backendless.UserService.isValidLogin();
      const dead = await fetch(Backendless.serverURL + '/${APP}/${KEY}/users/isvalidusertoken/' + token).then((answer) => answer.text());
      return { sameId: user.objectId === logged.objectId, valid, roles, phone: current.phone, name: updated.name, after, dead };`);

    expect(answers).toMatchObject({ sameId: true, valid: true, phone: '5', name: 'Page', after: false, dead: 'false' });
    expect((answers as { roles: string[] }).roles).toContain('AuthenticatedUser');
    expect(errors).toEqual([]);
  });

  it('stays logged in when the page is loaded anew, until another page logs the user out', async () => {
    await inPage(`${started()}
      await Backendless.UserService.register({ email: 'stays@example.test', password: '${PASSWORD}' });
      await Backendless.UserService.login('stays@example.test', '${PASSWORD}', true);`);

    await page.reload();
    const known = await inPage(`${started()}
      return [await Backendless.UserService.isValidLogin(), (await Backendless.UserService.getCurrentUser()).email];`);
    await page.reload();
    const ended = await inPage(`${started()}
      const token = Backendless.LocalCache.get('user-token');
      await fetch(Backendless.serverURL + '/${APP}/${KEY}/users/logout', { headers: { 'user-token': token } });
      return Backendless.UserService.isValidLogin();`);

    expect([known, ended]).toEqual([[true, 'stays@example.test'], false]);
  });

  it('comes in as a guest; a wrong password and a wrong application are told by their numbers', async () => {
    const answers = await inPage(`${started()}
      const guest = await Backendless.UserService.loginAsGuest();
      const wrong = await failed(Backendless.UserService.login('nobody@example.test', 'not the password'));
      Backendless.initApp('${randomUUID().toUpperCase()}', '${KEY}');
      const elsewhere = await failed(Backendless.UserService.login('page@example.test', '${PASSWORD}'));
      return [guest.userStatus, wrong, elsewhere];`);

    expect(answers).toEqual(['GUEST', 3003, 2002]);
  });
});

describe('a page of another, listed origin with axios and fetch on the Rested wire', () => {
  const client = (): string => `
    const client = axios.create({ baseURL: ${JSON.stringify(server!.url)} + '/api/1/ce/', params: { key: '${KEY}' }, withCredentials: true });
    const status = (promise) => promise.then(({ status }) => status, (error) => error.response?.status ?? error.message);
    const auth = 'examples/auth';`;

  it('logs in with a cookie that no script sees, is known, writes a record, logs out, is a stranger', async () => {
    await server!.makeUser('cookie@example.test', PASSWORD);

    const answers = await inPage(`${client()}
      const before = await status(client.get(auth));
      const login = await client.post(auth, { email: 'cookie@example.test', password: '${PASSWORD}' }, { params: { login: true } });
      const current = await client.get(auth);
      const record = await client.post('examples/notes', { text: 'kept' });
      const read = await client.get('examples/notes', { params: { uniqueId: record.data.uniqueId, dataOnly: true } });
      const logout = await status(client.post(auth, undefined, { params: { logout: true } }));
      const after = await status(client.get(auth));
      return [before, login.status, current.data.uniqueId === login.data.uniqueId, JSON.stringify(read.data).includes('kept'), document.cookie, logout, after];`);

    expect(answers).toEqual([401, 200, true, true, '', 204, 401]);
    expect(errors).toEqual([]);
  });

  it('reads the token of a login without a cookie from the header, and sends it back verbatim', async () => {
    await server!.makeUser('header@example.test', PASSWORD);

    const answers = await inPage(`
      const auth = ${JSON.stringify(server!.url)} + '/api/1/ce/examples/auth?key=${KEY}';
      const login = await fetch(auth + '&login=true&noATCookie=true', {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'header@example.test', password: '${PASSWORD}' }),
      });
      const headers = { authorization: login.headers.get('authorization') };
      const current = await fetch(auth, { headers });
      const logout = await fetch(auth + '&logout=true', { method: 'POST', headers });
      const after = await fetch(auth, { headers });
      return [login.status, current.status, logout.status, after.status];`);

    expect(answers).toEqual([200, 200, 204, 401]);
  });
});

describe('a page of an origin that is not listed', () => {
  it('bad C3 cannot read, log in or log out over the Rested wire with the cookie of a user', async () => {
    const stranger = await PageOrigin.start();
    await page.goto(stranger.origin);

    const answers = await inPage(`
      const auth = ${JSON.stringify(server!.url)} + '/api/1/ce/examples/auth?key=${KEY}';
      const asked = (url, options) => fetch(url, { credentials: 'include', ...options }).then(({ status }) => status, () => 'no answer');
      return [await asked(auth), await asked(auth + '&logout=true', { method: 'POST' })];`);

    await stranger.stop();
    expect(answers).toEqual(['no answer', 'no answer']);
  });
});

describe('a page of another site that leads to the Elvis logout', () => {
  const profile = (): Promise<string> =>
    inPage(
      `return fetch('/services/profile').then((answer) => answer.json()).then(({ username, errorcode }) => username ?? String(errorcode));`,
    );

  it('is asked about first: the session lives until the button is pressed, and then the way goes on', async () => {
    await server!.makeUser('elvis@example.test', PASSWORD);
    const elsewhere = pages!.origin.replace('127.0.0.1', 'localhost');
    await page.goto(`${server!.url}/docs`);
    await inPage(
      `await fetch('/services/login', { method: 'POST', body: new URLSearchParams({ username: 'elvis@example.test', password: '${PASSWORD}' }) });`,
    );
    const before = await profile();

    await page.goto(elsewhere);
    await inPage(`document.body.innerHTML = '<a href="${server!.url}/logout?logoutSuccessUrl=%2Falive.txt">Bye</a>';`);
    await page.getByRole('link', { name: 'Bye' }).click();
    await page.getByRole('button').waitFor();
    await page.screenshot({ path: 'test/browser/screenshots/elvis-confirmation.png' });
    const asked = await page.locator('body').innerText();
    const second = await page.context().newPage();
    await second.goto(`${server!.url}/services/profile`);
    const during = await second.locator('body').innerText();
    await page.getByRole('button').click();
    await page.waitForURL('**/alive.txt');
    await second.reload();

    expect([before, during.includes('elvis@example.test')]).toEqual(['elvis@example.test', true]);
    expect(asked).toMatch(/log out/i);
    expect(await second.locator('body').innerText()).toContain('401');
  });
});
