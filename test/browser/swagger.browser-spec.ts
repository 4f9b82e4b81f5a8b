import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BuiltServer } from './built-server.js';
import { launchChromium } from './chromium.js';
import { SwaggerPage } from './swagger-page.js';

const LOGIN = '/api/v1/auth/login';
const LOGOUT = '/api/v1/auth/logout';
const SESSION = '/api/v1/auth/session';
const KEYS = '/api/v1/admin/service-keys';
const INTROSPECT = '/api/v1/sessions/introspect';
const EVENTS = '/api/v1/events';
const FORWARD_AUTH = '/api/v1/forward-auth';
const password = BuiltServer.adminPassword;

let server: BuiltServer | undefined;
let browser: Browser | undefined;
let page: SwaggerPage;

beforeAll(async () => {
  server = await BuiltServer.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  page = await SwaggerPage.open(browser!, `${server!.url}/docs`);
});
afterEach(() => page.close());

describe('Swagger UI', () => {
  it('401, log in, authorize, 200, log out, 401 with a bearer token', async () => {
    await page.screenshot('first-minute');

    const before = await page.execute(SESSION);
    const login = await page.execute(LOGIN, { edit: { password } });
    const { token } = await page.bodyOf(LOGIN);
    await page.screenshot('login', LOGIN);
    await page.authorize(String(token));
    const during = await page.execute(SESSION);
    await page.screenshot('200', SESSION);
    const logout = await page.execute(LOGOUT);
    const after = await page.execute(SESSION);

    expect([before, login, during, logout, after]).toEqual([401, 200, 200, 204, 401]);
    expect(page.complaints).toEqual([]);
    expect(page.refusals).toEqual([`401 ${SESSION}`, `401 ${SESSION}`]);
  });

  it('the same with a cookie, which the browser carries by itself', async () => {
    const before = await page.execute(SESSION);
    const login = await page.execute(LOGIN, { example: 'cookie', edit: { password } });
    const body = await page.bodyOf(LOGIN);
    const during = await page.execute(SESSION);
    const logout = await page.execute(LOGOUT);
    const after = await page.execute(SESSION);

    expect([before, login, during, logout, after]).toEqual([401, 200, 200, 204, 401]);
    expect(Object.keys(body)).toEqual(['user', 'session']);
    expect(page.remarks.join()).toContain('Cleared data types: "cache", "storage"');
    expect(page.complaints).toEqual([]);
    expect(page.refusals).toEqual([`401 ${SESSION}`, `401 ${SESSION}`]);
  });

  it('the same on the Dittofi wire, chosen on top', async () => {
    await page.choose('Dittofi wire');
    await page.screenshot('dittofi');

    const before = await page.execute('/v1/me');
    const login = await page.execute('/v1/login', { edit: { password } });
    const during = await page.execute('/v1/me');
    const logout = await page.execute('/v1/logout_user');
    const after = await page.execute('/v1/me');
    await page.screenshot('dittofi-401', '/v1/me');

    expect([before, login, during, logout, after]).toEqual([401, 200, 200, 200, 401]);
    expect(page.complaints).toEqual([]);
    expect(page.refusals).toEqual(['401 /v1/me', '401 /v1/me']);
  });

  it('a service key is made, authorized beside the token, and opens what its scopes say', async () => {
    await page.execute(LOGIN, { edit: { password } });
    const { token } = await page.bodyOf(LOGIN);
    await page.authorize(String(token));
    const made = await page.execute(KEYS, { method: 'post', edit: { scopes: ['introspect', 'events'] } });
    const { key } = await page.bodyOf(KEYS, 'post');
    await page.authorize(String(key), 'serviceKey');

    const asked = await page.execute(INTROSPECT, { edit: { tokens: [token] } });
    const told = await page.execute(EVENTS);
    const profile = await page.execute(SESSION);
    const passed = await page.execute(FORWARD_AUTH, { method: 'get' });
    const listed = await page.execute(KEYS, { method: 'get' });

    expect([made, asked, told, profile, passed, listed]).toEqual([201, 200, 200, 200, 200, 200]);
    expect(await page.bodyOf(INTROSPECT)).toMatchObject({ results: [{ active: true }] });
    expect(await page.bodyOf(EVENTS)).toMatchObject({ hasMore: false });
    expect([page.complaints, page.refusals]).toEqual([[], []]);
  });

  it.each(['Curfew', 'OAuth 2.0', 'Dittofi wire', 'Backendless wire', 'Rested wire', 'Elvis wire'])(
    'opens every route of the document %s without a complaint',
    async (definition) => {
      await page.choose(definition);

      await page.openEverything();
      await page.screenshot(`everything-${definition}`);

      expect(await page.operations.count()).toBeGreaterThan(3);
      expect([page.complaints, page.refusals]).toEqual([[], []]);
    },
  );
});
