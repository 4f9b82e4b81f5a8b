import { afterAll, beforeAll, expect, it } from 'vitest';
import { ENDPOINT_ROUTES, OPEN } from './open-routes.js';
import { bearer, json, TestServer } from './server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  // By default the Elvis wire tells its refusals in a body with status 200: its own tests look at that.
  await server.sql(`update applications set wires = '{"elvis":{"sendServiceErrorAsJson":false}}'`);
});
afterAll(() => server.stop());

it('asvs 8.2.1 every route but the open ones answers 401 to a stranger', async () => {
  const guarded = server.routes().filter((route) => !OPEN.includes(route) && !ENDPOINT_ROUTES.includes(route));

  const answers = await Promise.all(guarded.map(async (route) => [route, await server.statusFor(route)]));

  expect(answers).toEqual(guarded.map((route) => [route, 401]));
  expect(guarded.length).toBeGreaterThan(14);
});

it('the routes of endpoints answer 403 to a stranger who names no application, and 401 at a secure endpoint', async () => {
  const key = 'a-key-of-this-application';
  await server.sql(`insert into application_keys (application_id, key) select id, $1 from applications`, [key]);
  const at = (route: string, endpoint: string) =>
    server.request({
      method: route.split(' ')[0] as 'GET',
      url: `/api/1/ce/examples/${endpoint}?key=${key}&uniqueId=${'0'.repeat(32)}`,
      ...(route.startsWith('P') && json({ username: 'nobody' })),
    });

  const nameless = await Promise.all(ENDPOINT_ROUTES.map((route) => server.statusFor(route)));
  const secure = await Promise.all(ENDPOINT_ROUTES.map((route) => at(route, 'notes')));
  const users = await Promise.all(
    ENDPOINT_ROUTES.filter((route) => !route.startsWith('POST')).map((route) => at(route, 'auth')),
  );

  expect(nameless).toEqual([403, 403, 403, 403]);
  expect([...secure, ...users].map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401, 401, 401]);
});

it('the open ones are all there', () => {
  expect(
    server
      .routes()
      .filter((route) => OPEN.includes(route))
      .toSorted(),
  ).toEqual(OPEN.toSorted());
});

it('asvs 4.1.4 13.4.4 every route answers 405 with Allow to each method that it does not have', async () => {
  const routes = server.routes();
  const paths = [...new Set(routes.map((route) => route.split(' ')[1]!))];
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
  const wrong = paths.flatMap((path) =>
    methods.filter((method) => !routes.includes(`${method} ${path}`)).map((method) => ({ method, path })),
  );

  const answers = await Promise.all(
    wrong.map(({ method, path }) =>
      server.request({
        method: method as 'GET',
        url: path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000'),
      }),
    ),
  );

  const allowed = (path: string) =>
    routes
      .filter((route) => route.endsWith(` ${path}`))
      .map((route) => route.split(' ')[0]!)
      .toSorted()
      .join(', ');
  expect(answers.map((answer) => [answer.statusCode, answer.headers.allow])).toEqual(
    wrong.map(({ path }) => [405, allowed(path)]),
  );
});

it('asvs 8.2.1 403 at every administrative route without the role', async () => {
  const { token } = await server.logIn('plain@example.test');
  const routes = server.routes().filter((route) => route.includes('/admin/') || route.endsWith('/metrics'));

  const answers = await Promise.all(
    routes.map((route) => {
      const [method, path] = route.split(' ') as ['GET', string];
      return server.request({
        method,
        url: path.replace('{id}', '00000000-0000-7000-8000-000000000000'),
        ...bearer(token),
      });
    }),
  );

  expect(answers.map((answer) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(
    routes.map(() => [403, 'FORBIDDEN']),
  );
});

it('asvs 14.2.1 400 for a secret in the URL of our own routes, by any name', async () => {
  const { token } = await server.logIn('url@example.test');
  const names = ['token', 'access_token', 'password', 'Session'];

  const answers = await Promise.all(names.map((name) => server.get(`/api/v1/profile?${name}=x`, bearer(token))));

  expect(
    answers.map((answer) => [answer.statusCode, answer.json<{ errors: { field: string }[] }>().errors[0]!.field]),
  ).toEqual(names.map((name) => [400, name]));
});
