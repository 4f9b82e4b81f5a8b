import { randomBytes } from 'node:crypto';
import { v7 as freshId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dittofiToken, forged } from '../bad-input/surfaces.js';
import { keep, PASSWORD, type Answer } from '../server.js';
import { AUTH, COOKIE, NO_SESSION, RestedProject, statusesOf, tokenOf, withJson } from './rested-project.js';

const OPEN = 'examples/open';
const SECURE = 'examples/notes';
const SHARED = 'examples/shared';
const UNKNOWN = '0'.repeat(32);

let project: RestedProject;
let alice: Record<string, string>;
let bob: Record<string, string>;
let aliceId: string;
beforeAll(async () => {
  project = await RestedProject.start();
  aliceId = await project.register('alice@example.test');
  await project.register('bob');
  alice = (await project.logIn('alice@example.test')).cookie;
  bob = (await project.logIn('bob')).cookie;
});
afterAll(() => project.server.stop());

interface Shown {
  uniqueId: string;
  data: unknown;
  createdAt: string;
  updatedAt: string;
}
const make = async (data: unknown, headers: Record<string, string> = {}, endpoint = OPEN): Promise<string> => {
  const answer = await project.post(data, '', headers, endpoint);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Shown>().uniqueId;
};
const text = (payload: string, type = 'text/plain', endpoint = OPEN) =>
  project.call('POST', endpoint, 'dataOnly=true', { headers: { 'content-type': type }, payload });

describe('5.6 an open endpoint', () => {
  it('POST creates, GET reads, PUT replaces, DELETE deletes: all without a token', async () => {
    const created = await project.post({ title: 'Milk' }, '', {}, OPEN);
    const { uniqueId, createdAt, updatedAt } = created.json<Shown>();
    const read = await project.get(`uniqueId=${uniqueId}`, {}, OPEN);
    const changed = await project.put({ title: 'Bread' }, `uniqueId=${uniqueId}`, {}, OPEN);
    const deleted = await project.delete(`uniqueId=${uniqueId}`, {}, OPEN);
    const gone = await project.get(`uniqueId=${uniqueId}`, {}, OPEN);

    expect(statusesOf([created, read, changed, deleted, gone])).toEqual([200, 200, 200, 204, 404]);
    expect(created.json()).toEqual({ uniqueId, data: { title: 'Milk' }, createdAt, updatedAt });
    expect([uniqueId, createdAt, updatedAt]).toEqual([
      expect.stringMatching(/^[\da-f]{32}$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      createdAt,
    ]);
    expect(read.json()).toEqual(created.json());
    expect(changed.json()).toMatchObject({ uniqueId, data: { title: 'Bread' }, createdAt });
    expect(changed.json<Shown>().updatedAt > updatedAt).toBe(true);
    expect(deleted.body).toBe('');
  });

  it.each([
    ['an object', { a: { b: [1, 'x', null, true] } }],
    ['an array', [1, [2]]],
    ['a text', 'Milk'],
    ['a number', 1.5],
    ['true', true],
    ['null', null],
    ['an empty object', {}],
    ['text that looks like an escaped NUL', { 'a\\u0000': '\\u0000' }],
    ['a field called then', JSON.parse('{"then":1,"toString":"x","uniqueId":"mine"}')],
  ])('data is any JSON: %s', async (_, data) => {
    const id = await make(data);

    expect((await project.get(`uniqueId=${id}`, {}, OPEN)).json<Shown>().data).toEqual(data);
    expect((await project.get(`uniqueId=${id}&dataOnly=true`, {}, OPEN)).json()).toEqual(data);
  });

  it.each(['text/plain', 'text/plain; charset=utf-8', 'Text/Plain;charset=UTF-8'])(
    'data is text with %s',
    async (type) => {
      const answer = await text('{ "no": JSON } ä €', type);

      expect([answer.statusCode, answer.json(), answer.headers['content-type']]).toEqual([
        200,
        '{ "no": JSON } ä €',
        'application/json; charset=utf-8',
      ]);
    },
  );

  it.each([
    ['415 for a form', 'application/x-www-form-urlencoded', 'a=b', 415],
    ['415 for HTML', 'text/html', '<p>', 415],
    ['415 without a type', '', 'x', 415],
    ['415 for another charset', 'text/plain; charset=latin1', 'x', 415],
    ['400 for an empty body', 'application/json', '', 400],
    ['400 for an empty text', 'text/plain', '', 400],
    ['400 for malformed JSON', 'application/json', '{', 400],
    ['400 for a key twice', 'application/json', '{"a":1,"a":2}', 400],
    ['400 for __proto__', 'application/json', '{"__proto__":{"a":1}}', 400],
    ['400 for constructor.prototype', 'application/json', '{"constructor":{"prototype":{}}}', 400],
    ['400 for a NUL', 'application/json', '{"a":"\\u0000"}', 400],
    ['400 for a NUL in a key', 'application/json', '{"\\u0000":1}', 400],
    ['400 for a NUL in text', 'text/plain', 'a\u0000b', 400],
    ['400 for half of a surrogate pair', 'application/json', '"\\ud800"', 400],
    ['400 for 1e400', 'application/json', '[1e400]', 400],
    ['400 for 10,000 levels', 'application/json', '['.repeat(8_000), 400],
    ['413 for 17 KiB', 'text/plain', 'x'.repeat(17_408), 413],
  ])('%s', async (_, type, payload, status) => {
    expect((await text(payload, type)).statusCode).toBe(status);
  });

  it('400 for bytes that are no UTF-8, 415 for compressed ones', async () => {
    const payload = Buffer.of(0xc3, 0x28, 0xff);
    const headers = { 'content-type': 'text/plain' };

    expect((await project.call('POST', OPEN, '', { headers, payload })).statusCode).toBe(400);
    expect(
      (await project.call('POST', OPEN, '', { headers: { ...headers, 'content-encoding': 'gzip' }, payload }))
        .statusCode,
    ).toBe(415);
  });

  it('GET reads several in the order of the ids, each once', async () => {
    const [first, second] = [await make({ n: 1 }), await make({ n: 2 })];

    const query = `uniqueId=${second}&uniqueId=${first.toUpperCase()}&uniqueId=${second}&dataOnly=true`;

    expect((await project.get(query, {}, OPEN)).json()).toEqual([{ n: 2 }, { n: 1 }]);
  });

  it('404 where one of them is not there; 400 for what is no id', async () => {
    const id = await make({ n: 1 });

    const answers = [
      await project.get(`uniqueId=${id}&uniqueId=${UNKNOWN}`, {}, OPEN),
      await project.get('uniqueId=x', {}, OPEN),
      await project.get('uniqueId=', {}, OPEN),
      await project.put({}, `uniqueId=${UNKNOWN}`, {}, OPEN),
      await project.delete(`uniqueId=${UNKNOWN}`, {}, OPEN),
      await project.put({}, '', {}, OPEN),
      await project.delete('', {}, OPEN),
    ];

    expect(statusesOf(answers)).toEqual([404, 400, 400, 404, 404, 400, 400]);
  });

  it('GET without an id lists the newest first: at most 1,000', async () => {
    await project.set(`endpoints = endpoints || '{"examples/many":{"kind":"records"}}'`);
    await project.server.sql(
      `insert into records (application_id, endpoint, id, data)
       select id, 'examples/many', ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, to_jsonb(n)
       from generate_series(1, 1005) as n, (select id from applications order by created_at limit 1) as home`,
    );

    const numbers = (await project.get('dataOnly=true', {}, 'examples/many')).json<number[]>();

    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([1_000, 1_005, 6]);
  });

  describe('more than one answer holds', () => {
    const large = (query: string) => project.get(query, {}, 'examples/large');
    const TOO_MUCH = { error: { status: 400, message: 'The records are more than 512 KiB: ask for fewer.' } };
    let ids: string[];
    const shown = (answer: Answer) =>
      answer.statusCode === 200 ? answer.json<unknown[]>().length : answer.json<object>();
    beforeAll(async () => {
      await project.set(`endpoints = endpoints || '{"examples/large":{"kind":"records"}}'`);
      const rows = await project.server.sql<{ id: string }>(
        `insert into records (application_id, endpoint, id, data)
         select id, 'examples/large', gen_random_uuid(), to_jsonb(repeat('x', 60000))
         from generate_series(1, 100), (select id from applications order by created_at limit 1) as home
         returning records.id`,
      );
      ids = rows.map(({ id }) => `uniqueId=${id.replaceAll('-', '')}`);
    });

    it('GET lists at most 512 KiB of data', async () => {
      expect((await large('')).json<Shown[]>().length).toBe(8);
    });

    it('GET by ids: 8 of 60,000 bytes, and 400 for 9 or 100; 404 where one of them is not there', async () => {
      const answers = await Promise.all([8, 9, 100].map((count) => large(ids.slice(0, count).join('&'))));
      const unknown = await large([...ids, `uniqueId=${UNKNOWN}`].join('&'));

      expect(answers.map(shown)).toEqual([8, TOO_MUCH, TOO_MUCH]);
      expect(unknown.statusCode).toBe(404);
    });

    it('jsonata over more than 256 KiB: 400', async () => {
      const message = 'jsonata: the records are more than 256 KiB: ask for fewer';

      expect((await large('jsonata=$count($)')).json()).toEqual({ error: { status: 400, message } });
      expect((await large(`jsonata=$count($)&${ids.slice(0, 4).join('&')}`)).json()).toBe(4);
    });
  });

  it('PUT strategy=merge lays fields over fields, one level deep; where either is no object it replaces', async () => {
    const id = await make({ a: 1, b: { c: 1 } });
    const put = async (data: unknown) =>
      (await project.put(data, `uniqueId=${id}&strategy=merge&dataOnly=true`, {}, OPEN)).json<unknown>();

    expect([await put({ b: { d: 2 } }), await put([1]), await put([2]), await put({ a: 2 })]).toEqual([
      { a: 1, b: { d: 2 } },
      [1],
      [2],
      { a: 2 },
    ]);
  });

  it('PUT takes text as well, and 400 for a strategy that is none', async () => {
    const id = await make({ a: 1 });
    const put = (query: string) =>
      project.call('PUT', OPEN, `uniqueId=${id}&dataOnly=true${query}`, {
        headers: { 'content-type': 'text/plain' },
        payload: 'x',
      });

    expect([(await put('')).json(), (await put('&strategy=x')).statusCode]).toEqual(['x', 400]);
  });

  it('merges add up to 64 KiB and no further', async () => {
    const id = await make({});
    let status = 200;
    for (let count = 0; count < 6 && status === 200; count++) {
      const answer = await project.put(
        { [`f${count}`]: 'x'.repeat(15_000) },
        `uniqueId=${id}&strategy=merge`,
        {},
        OPEN,
      );
      status = answer.statusCode;
    }

    const stored = (await project.get(`uniqueId=${id}&dataOnly=true`, {}, OPEN)).json<object>();
    expect([status, Object.keys(stored).length]).toEqual([400, 4]);
  });

  it('20 parallel merges of different fields lose none', async () => {
    const id = await make({});
    const merge = (_: unknown, n: number) => project.put({ [`f${n}`]: n }, `uniqueId=${id}&strategy=merge`, {}, OPEN);

    await Promise.all(Array.from({ length: 20 }, merge));

    expect(Object.keys((await project.get(`uniqueId=${id}&dataOnly=true`, {}, OPEN)).json<object>()).length).toBe(20);
  });

  it('a dead token does not matter, a live one makes its user the owner', async () => {
    const dead = { cookie: `${COOKIE}=cfs_${'A'.repeat(86)}` };

    const answers = [await project.post({}, '', dead, OPEN), await project.post({}, '', alice, OPEN)];

    expect(statusesOf(answers)).toEqual([200, 200]);
    const owners = await project.server.sql<{ owner_id: string | null }>(
      'select owner_id from records where id = any($1) order by id',
      [answers.map((answer) => answer.json<Shown>().uniqueId)],
    );
    expect(owners.map(({ owner_id }) => owner_id?.replaceAll('-', '') ?? null)).toEqual([null, aliceId]);
  });

  it('another project does not see it, nor another endpoint', async () => {
    const id = await make({ mine: true });
    const other = await project.addProject();

    expect((await project.call('GET', OPEN, `uniqueId=${id}`, {}, other.key)).statusCode).toBe(404);
    expect((await project.get(`uniqueId=${id}`, alice, SECURE)).statusCode).toBe(404);
  });

  it('login and logout there are 400', async () => {
    const answers = [
      await project.call('POST', OPEN, 'logout=true'),
      await project.post({ username: 'bob', password: PASSWORD }, 'login=true', {}, OPEN),
      await project.call('POST', OPEN, 'login=true&logout=true'),
    ];

    expect(statusesOf(answers)).toEqual([400, 400, 400]);
  });
});

describe('5.6 jsonata', () => {
  const ask = (expression: string, query = '') =>
    project.get(`jsonata=${encodeURIComponent(expression)}${query}`, {}, 'examples/queried');
  beforeAll(async () => {
    await project.set(`endpoints = endpoints || '{"examples/queried":{"kind":"records"}}'`);
    for (const price of [2, 3]) await make({ price }, {}, 'examples/queried');
  });

  it.each([
    ['$sum(data.price)', '', 5],
    ['$sum(price)', '&dataOnly=true', 5],
    ['$[0].data', '', { price: 3 }],
    ['nothing', '', null],
    ['/a/', '', null],
    ['"text"', '', 'text'],
  ])('200 for %s%s', async (expression, query, result) => {
    const answer = await ask(expression, query);

    expect([answer.statusCode, answer.json()]).toEqual([200, result]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['that is none', '(((', 'jsonata: Expected ")" before end of expression'],
    ['that is empty', '', 'jsonata: must be an expression of at most 2048 bytes'],
    ['that is longer than 2 KiB', 'x'.repeat(2_049), 'jsonata: must be an expression of at most 2048 bytes'],
    ['that never ends', '($f := function($n) { $f($n) }; $f(1))', 'jsonata: takes too much time or memory'],
    [
      'that eats memory',
      '$reduce([1..28], function($a, $b) { $append($a, $a) }, [1])',
      'jsonata: takes too much time or memory',
    ],
    ['with a result too large', '$pad("x", 2000000)', 'jsonata: has a result larger than 1 MiB'],
  ])('400 for an expression %s', async (_, expression, message) => {
    const answer = await ask(expression);

    expect([answer.statusCode, answer.json()]).toEqual([400, { error: { status: 400, message } }]);
  });

  it('400 for two of them, 401 at a secure endpoint without a token', async () => {
    expect((await ask('1', '&jsonata=2')).statusCode).toBe(400);
    expect((await project.get('jsonata=1', {}, SECURE)).statusCode).toBe(401);
  });
});

describe('5.6 a secure endpoint', () => {
  it('its owner creates, reads, changes and deletes; after a logout 401', async () => {
    const { cookie } = await project.logIn('bob');
    const id = await make({ n: 1 }, cookie, SECURE);

    const answers = [
      await project.get(`uniqueId=${id}`, cookie, SECURE),
      await project.put({ n: 2 }, `uniqueId=${id}`, cookie, SECURE),
      await project.logout(cookie),
      await project.get(`uniqueId=${id}`, cookie, SECURE),
      await project.delete(`uniqueId=${id}`, bob, SECURE),
    ];

    expect(statusesOf(answers)).toEqual([200, 200, 204, 401, 204]);
  });

  it('others find nothing: 404 for reading, changing and deleting, and their list shows their own', async () => {
    const id = await make({ mine: 'alice' }, alice, SECURE);
    const own = await make({ mine: 'bob' }, bob, SECURE);

    const answers = [
      await project.get(`uniqueId=${id}`, bob, SECURE),
      await project.get(`uniqueId=${own}&uniqueId=${id}`, bob, SECURE),
      await project.put({}, `uniqueId=${id}`, bob, SECURE),
      await project.delete(`uniqueId=${id}`, bob, SECURE),
    ];
    const list = (await project.get('dataOnly=true', bob, SECURE)).json();

    expect(statusesOf(answers)).toEqual([404, 404, 404, 404]);
    expect(list).toEqual([{ mine: 'bob' }]);
    expect((await project.get(`uniqueId=${id}&dataOnly=true`, alice, SECURE)).json()).toEqual({ mine: 'alice' });
  });

  it('with extra data access others read and no more: 403 for changing and deleting', async () => {
    const id = await make({ mine: 'alice' }, alice, SHARED);

    const answers = [
      await project.get(`uniqueId=${id}`, bob, SHARED),
      await project.put({}, `uniqueId=${id}`, bob, SHARED),
      await project.delete(`uniqueId=${id}`, bob, SHARED),
      await project.get(`uniqueId=${id}`, {}, SHARED),
      await project.put({}, `uniqueId=${UNKNOWN}`, bob, SHARED),
    ];

    expect(statusesOf(answers)).toEqual([200, 403, 403, 401, 404]);
    expect((await project.get('dataOnly=true', bob, SHARED)).json()).toEqual([{ mine: 'alice' }]);
  });

  it('a record that nobody owns is an operator’s alone once the endpoint is secure', async () => {
    await project.set(`endpoints = endpoints || '{"examples/closed":{"kind":"records"}}'`);
    const id = await make({ n: 1 }, {}, 'examples/closed');
    await project.set(`endpoints = endpoints || '{"examples/closed":{"kind":"records","isSecure":true}}'`);

    const seen = await project.get(`uniqueId=${id}`, bob, 'examples/closed');
    const managed = await project.put({ n: 2 }, `uniqueId=${id}&masterKey=${project.masterKey}`, {}, 'examples/closed');

    expect([seen.statusCode, managed.json<Shown>().data]).toEqual([404, { n: 2 }]);
  });

  it('the master key overrides the token', async () => {
    const id = await make({ n: 1 }, alice, SECURE);
    const master = `masterKey=${project.masterKey}&uniqueId=${id}`;

    const answers = [
      await project.get(master, {}, SECURE),
      await project.put({ n: 2 }, master, {}, SECURE),
      await project.delete(master, {}, SECURE),
      await project.post({ n: 3 }, `masterKey=${project.masterKey}`, {}, SECURE),
    ];

    expect(statusesOf(answers)).toEqual([200, 200, 204, 200]);
  });

  it('the body is judged before the token', async () => {
    expect((await project.call('POST', SECURE, '', withJsonText('{'))).statusCode).toBe(400);
    expect((await project.post({}, '', {}, SECURE)).statusCode).toBe(401);
  });
});

describe('nothing secured opens without a live token of this wire and this project', () => {
  const OPERATIONS = [
    ...(['GET', 'PUT', 'DELETE'] as const).map((method) => [method, AUTH] as const),
    ...[SECURE, SHARED].flatMap((endpoint) =>
      (['GET', 'POST', 'PUT', 'DELETE'] as const).map((method) => [method, endpoint] as const),
    ),
  ];
  const asCookie = (token: string) => ({ cookie: `${COOKIE}=${token}` });

  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>]>([
    ['no token', () => ({})],
    ['an empty cookie', () => asCookie('')],
    ['a malformed token', () => asCookie('x')],
    ['a dead token', async () => asCookie(await dead())],
    ['a dead token in the header', async () => ({ authorization: await dead() })],
    ['a dead token in the header, and a live cookie', async () => ({ authorization: await dead(), ...alice })],
    ['a forged token', () => asCookie(forged(freshId(), freshId(), randomBytes(32)))],
    ['another project’s token', async () => asCookie(await foreign())],
    ['a native token in the cookie', async () => asCookie(await native())],
    ['a native token in the header', async () => ({ authorization: `Bearer ${await native()}` })],
    ['a native token in its own cookie', async () => ({ cookie: `__Host-curfew=${await native()}` })],
    ['a Dittofi token in the cookie', async () => asCookie(await dittofi())],
    ['a Dittofi token in its own cookie', async () => ({ cookie: `session-key=${await dittofi()}` })],
    ['two live cookies', () => ({ cookie: `${alice['cookie']}; ${bob['cookie']}` })],
    ['the API key as a token', () => ({ authorization: '0123456789abcdef0123456789abcdef' })],
    ['the master key as a token', () => ({ authorization: project.masterKey })],
  ])('%s: 401 for each method at each kind of endpoint', async (_, credential) => {
    const headers = await credential();
    const id = { [AUTH]: aliceId, [SECURE]: await make({}, alice, SECURE), [SHARED]: await make({}, alice, SHARED) };
    const before = await count();

    const answers = await Promise.all(
      OPERATIONS.map(([method, endpoint]) =>
        project.call(method, endpoint, method === 'POST' ? '' : `uniqueId=${id[endpoint as keyof typeof id]}`, {
          ...(['POST', 'PUT'].includes(method) ? withJson({ username: 'taken-over' }, headers) : { headers }),
        }),
      ),
    );

    expect(answers.map((answer) => answer.json<unknown>())).toEqual(OPERATIONS.map(() => NO_SESSION));
    expect(await count()).toEqual(before);
  });

  it('and a token of this wire opens nothing on another', async () => {
    const { token } = await project.logIn('alice@example.test');

    expect((await project.server.get('/v1/me', { headers: { cookie: `session-key=${token}` } })).statusCode).toBe(401);
  });

  const count = async (): Promise<unknown> =>
    project.server.sql(
      `select (select count(*) from records) as records, (select count(*) from users) as users,
       (select count(*) from users where username = 'taken-over') as taken`,
    );
  const dead = async (): Promise<string> => {
    const { token, cookie } = await project.logIn('alice@example.test');
    await project.logout(cookie);
    return token;
  };
  const native = async (): Promise<string> =>
    (await project.server.logInAs({ login: 'alice@example.test', password: PASSWORD })).token;
  const dittofi = (): Promise<string> => dittofiToken(project.server, 'alice@example.test');
  const foreign = async (): Promise<string> => {
    const { key } = await project.addProject();
    const credentials = withJson({ username: 'alice@example.test', password: PASSWORD });
    await project.call('POST', AUTH, '', credentials, key);
    const token = tokenOf(await project.call('POST', AUTH, 'login=true', credentials, key));
    keep(token);
    return token;
  };
});

function withJsonText(payload: string) {
  return { headers: { 'content-type': 'application/json' }, payload };
}
