import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, TestServer } from '../server.js';
import { TARGETS } from './redirects.js';

const OWN = 'https://sessions.example.test';
const PAGE = 'https://www.example.test/login';
const OWNER = 'redirects@example.test';

let server: TestServer;
let asked: NestFastifyApplication;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: OWN });
  asked = (await TestServer.node(server.databaseUrl, { LOGIN_PAGE: PAGE, TRUST_PROXY: '127.0.0.1' })).app;
  await server.signUp(OWNER);
});
afterAll(async () => {
  await asked.close();
  await server.stop();
});

/** What a row says, under another name. */
const queryOf = ({ value, query }: (typeof TARGETS)[number], name: string): string =>
  value === undefined ? (query ?? '').replaceAll('logoutSuccessUrl', name) : `${name}=${encodeURIComponent(value)}`;

/** Whether a browser that is sent there stays with us. */
function isOwn(location: string): boolean {
  return /^\/(?![/\\])[!-~]*$/.test(location) && new URL(location, OWN).origin === OWN;
}

describe('the Elvis wire, after a login', () => {
  it.each(['nextUrl', 'failUrl'])('bad U %s leads to a page of ours or nowhere, whatever it says', async (name) => {
    const outcomes: string[] = [];

    for (const row of TARGETS) {
      const isRight = name === 'nextUrl';
      if (!isRight) await server.sql('delete from login_attempts');
      const { statusCode, headers } = await server.post(`/services/login?${queryOf(row, name)}`, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ username: OWNER, password: isRight ? PASSWORD : 'not it' }).toString(),
      });
      const { location } = headers;
      if (statusCode >= 500 || (location !== undefined && !isOwn(location)))
        outcomes.push(`${row.title}: ${statusCode} ${location}`);
    }

    expect(outcomes).toEqual([]);
  });
});

describe('the way back from the login page', () => {
  const ask = (headers: Record<string, string>) =>
    asked.inject({
      url: '/api/v1/forward-auth?login=redirect',
      remoteAddress: '127.0.0.1',
      headers: {
        accept: 'text/html',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'app.example.test',
        'x-forwarded-uri': '/orders',
        ...headers,
      },
    });

  it.each(['uri', 'host', 'proto'])(
    'bad U x-forwarded-%s leads nowhere but to the page, and back to the host that was asked',
    async (part) => {
      const wrong: string[] = [];

      for (const { title, value, query = '' } of TARGETS) {
        const { statusCode, headers } = await ask({ [`x-forwarded-${part}`]: value ?? query });
        const { location = '' } = headers;
        const back = new URL(location).searchParams.get('return_to');
        const isRight =
          statusCode === 302 &&
          location.startsWith(PAGE) &&
          /^[!-~]*$/.test(location) &&
          (back === null || new URL(back).origin === 'https://app.example.test' || part !== 'uri');
        if (!isRight) wrong.push(`${title}: ${statusCode} ${location}`);
      }

      expect(wrong).toEqual([]);
    },
  );
});
