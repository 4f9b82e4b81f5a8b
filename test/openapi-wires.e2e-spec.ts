import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsOf } from '../src/app.openapi.js';
import { TestServer } from './server.js';

type Examples = Record<string, { value: Body }>;
type Body = Record<string, unknown>;
interface Operation {
  requestBody?: { content: Record<string, object> };
  responses: Record<string, { content?: Record<string, { schema: object; example?: Body; examples?: Examples }> }>;
}

let server: TestServer;
let operations: Map<string, Operation>;
beforeAll(async () => {
  server = await TestServer.start();
  const wires = documentsOf(server.app, server.environment).filter(({ path }) => path !== 'docs');
  operations = new Map(
    wires.flatMap(({ document }) =>
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation as Operation]),
      ),
    ),
  );
});
afterAll(() => server.stop());

/** The bodies that a route shows for a status. */
function shownBy(route: string, status: number): Body[] {
  const contents = Object.values(operations.get(route)!.responses[status]?.content ?? {});
  return contents.flatMap(({ example, examples }) =>
    examples ? Object.values(examples).map(({ value }) => value) : [example!],
  );
}

/** Status by status, the numbers that a route of the Backendless wire shows. */
function numbersOf(route: string): Record<string, unknown[]> {
  const refused = Object.keys(operations.get(route)!.responses).filter((status) => status.startsWith('4'));
  const numbers = refused.map((status) => [status, shownBy(route, Number(status)).map(({ code }) => code)]);
  return Object.fromEntries(numbers) as Record<string, unknown[]>;
}

describe('the documents of the wires', () => {
  it('refuse a body where one is read, and nowhere else', () => {
    const wrong = [...operations].filter(
      ([route, { requestBody, responses }]) =>
        // There a body of another type is a malformed request like any other.
        !route.includes('/oauth2/') &&
        (['413', '415'].some((status) => status in responses !== Boolean(requestBody)) ||
          (!requestBody && JSON.stringify(responses).includes('BODY_UNREADABLE'))),
    );

    expect(wrong.map(([route]) => route)).toEqual([]);
  });

  it('say nothing that is true on our own routes alone', () => {
    const text = JSON.stringify([...operations.values()]);

    expect(text).not.toMatch(/role admin|must not travel in the URL|Send the body as|or its key is another/);
  });

  it.each([
    ['POST /api/users/login', { 400: [3007, 2002, 400, 3038, 3006, 8000], 403: [2014, 3036, 3090], 409: [3002, 3044] }],
    [
      'POST /api/users/register',
      {
        400: [3007, 2002, 400, 3011, 3011, 3013, 3040, 3039, 3038, 8000, 3012, 3064],
        403: [3009, 3029, 3090],
        409: [3033],
      },
    ],
    [
      'PUT /api/users/{objectId}',
      {
        400: [3007, 2002, 400, 3030, 3045, 3045, 3040, 3039, 3038, 3011, 8000, 3064],
        401: [3028],
        403: [3029, 3090],
        409: [3018],
      },
    ],
    ['POST /api/users/verifypassowrd', { 400: [3007, 2002, 400, 3038, 8000, 3064], 401: [3121], 403: [3090] }],
    ['POST /api/users/register/guest', { 400: [3007, 2002], 403: [3009], 429: [3036] }],
    ['GET /api/users/restorepassword/{identity}', { 400: [3007, 2002, 3020, 5050], 429: [3036] }],
    ['GET /api/users/userroles/{objectId}', { 400: [3007, 2002], 403: [2014], 404: [1000] }],
    ['GET /api/users/isvalidusertoken/{token}', { 400: [3007, 2002] }],
    ['GET /api/users/logout', { 400: [3007, 2002, 3064], 403: [3090] }],
  ])('%s shows the numbers of the Backendless wire', (route, numbers) => {
    expect(numbersOf(route)).toMatchObject(numbers);
  });

  it('who has just registered has never logged in, and a guest has no name', () => {
    const [newcomer] = shownBy('POST /api/users/register', 200);
    const [guest] = shownBy('POST /api/users/register/guest', 200);

    expect(newcomer).toMatchObject({ lastLogin: null, updated: null });
    expect(guest).toMatchObject({ userStatus: 'GUEST', email: null, name: null });
  });

  it.each(['POST /services/logout', 'GET /services/profile', 'POST /services/profile', 'GET /services/ping'])(
    '%s tells a refusal with status 200 as well, and by schema',
    (route) => {
      const { schema } = operations.get(route)!.responses[200]!.content!['application/json']!;

      expect(schema).toEqual({ oneOf: [expect.anything(), { $ref: '#/components/schemas/ElvisRefusal' }] });
      expect(shownBy(route, 200)).toContainEqual({ errorcode: 401, message: 'Not logged in' });
    },
  );

  it('a record of the Rested wire may be a text, and a deletion reads no body', () => {
    const route = '/api/1/ce/{endpoint}';

    const types = ['POST', 'PUT'].map((method) =>
      Object.keys(operations.get(`${method} ${route}`)!.requestBody!.content),
    );
    expect(types).toEqual([
      ['application/json', 'text/plain'],
      ['application/json', 'text/plain'],
    ]);
    expect(operations.get(`DELETE ${route}`)!.responses).not.toHaveProperty('415');
  });

  it('show what the routes answer', async () => {
    const id = '019AA3F2-7C1E-7D3A-9B1F-2F4C5D6E7F80';
    const asked = [
      ['POST /api/users/login', await server.post('/api/users/login', { payload: {} })],
      ['POST /api/users/login', await server.post('/api/users/login', { payload: { login: '', password: '' } })],
      ['POST /api/users/login', await server.post('/api/users/login', { payload: { objectId: id } })],
      ['POST /api/users/register', await server.post('/api/users/register', { payload: {} })],
      ['POST /api/users/register', await server.post('/api/users/register', { payload: { id: 1 } })],
      ['POST /api/users/verifypassowrd', await server.post('/api/users/verifypassowrd', { payload: {} })],
      ['GET /api/data/Users/{objectId}', await server.get(`/api/data/Users/${id}`)],
      ['GET /api/users/userroles/{objectId}', await server.get(`/api/users/userroles/${id}`)],
      ['GET /services/profile', await server.get('/services/profile')],
      ['GET /services/login', await server.get('/services/login')],
      ['GET /v1/me', await server.get('/v1/me')],
    ] as const;

    for (const [route, answer] of asked) expect(shownBy(route, answer.statusCode)).toContainEqual(answer.json());
  });
});
