import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BODIES, type BodyRow } from '../bad-input/bodies.js';
import { PASSWORD, TestServer } from '../server.js';
import { ALICE, cookiesOf, LOGGED_OUT } from './elvis.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  await server.signUp(ALICE);
});
afterAll(() => server.stop());
beforeEach(() => server.sql('delete from login_attempts'));

const GOOD = { username: ALICE, password: PASSWORD };
const send = (url: string, { type, headers = {}, make }: BodyRow) =>
  server.post(url, {
    payload: make(GOOD),
    headers: { ...(type !== '' && { 'content-type': type ?? 'application/json' }), ...headers },
  });
const isJson = ({ type }: BodyRow): boolean => type === undefined;

describe('POST /services/login', () => {
  it.each(BODIES.filter(({ dittofi }) => dittofi === 413 || dittofi === 415))('$title: $dittofi', async (row) => {
    const answer = await send('/services/login', row);

    expect([answer.statusCode, answer.json()]).toMatchObject([row.dittofi, { errorcode: row.dittofi }]);
  });

  // Nobody logs in, be it that the body cannot be read or that there are no credentials in it.
  it.each(BODIES.filter((row) => row.dittofi === 400 || (row.dittofi === 'accepted' && !isJson(row))))(
    '$title: errorcode 400 or loginSuccess false',
    async (row) => {
      const answer = await send('/services/login', row);

      const { errorcode, loginSuccess } = answer.json<{ errorcode?: number; loginSuccess?: boolean }>();
      expect([answer.statusCode, cookiesOf(answer), errorcode ?? loginSuccess]).toEqual([
        200,
        [],
        errorcode === undefined ? false : 400,
      ]);
    },
  );

  it.each(BODIES.filter((row) => row.dittofi === 'accepted' && isJson(row)))('$title: not looked at', async (row) => {
    const answer = await send('/services/login', row);

    expect(answer.json()).toMatchObject({ loginSuccess: true });
  });
});

describe('POST /services/logout', () => {
  it.each(BODIES.filter(({ dittofi }) => dittofi !== 413 && dittofi !== 415))('$title: not looked at', async (row) => {
    const answer = await send('/services/logout', row);

    expect([answer.statusCode, answer.json()]).toEqual([200, LOGGED_OUT]);
  });
});
