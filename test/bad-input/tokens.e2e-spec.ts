import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/metrics/metrics.js';
import { listen, rawRequest, type RawAnswer } from '../raw-request.js';
import { keep, TestServer } from '../server.js';
import { expire, foreignToken, pretenders } from './dead-tokens.js';
import {
  dittofiToken,
  ELVIS_BY_STATUS,
  elvisToken,
  liveTokens,
  restedToken,
  SURFACE_KEY,
  TOKEN_SURFACES,
  type TokenSurface,
} from './surfaces.js';
import { MALFORMED, UNSPEAKABLE } from './tokens.js';

let server: TestServer;
let port: number;
let live: Awaited<ReturnType<typeof liveTokens>>;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY });
  port = await listen(server.app);
  await server.sql(ELVIS_BY_STATUS);
  live = await liveTokens(server, 'tokens@example.test');
});
afterAll(() => server.stop());

async function checkStatements(): Promise<number> {
  const { values } = await METRICS.checkBatch.get();
  return values.find(({ metricName }) => metricName === 'curfew_session_check_batch_size_count')?.value ?? 0;
}

/** Real bytes over a real socket: an HTTP client would mend, or refuse, half of these. */
async function present(surface: TokenSurface, token: string | Buffer, line = surface.guarded): Promise<RawAnswer> {
  const [before, after] = surface.carry('\u0001').split('\u0001') as [string, string];
  const start = `${line} HTTP/1.1\r\nHost: sessions.example\r\nConnection: close\r\n${before}`;
  const bytes = Buffer.concat([Buffer.from(start), Buffer.from(token), Buffer.from(`${after}\r\n\r\n`)]);
  const [answer] = await rawRequest(port, bytes);
  return answer!;
}

describe.each(TOKEN_SURFACES)('$name', (surface) => {
  const refused = { status: 401, body: surface.refusal };
  const shown = ({ status, body }: RawAnswer): object => ({ status, body: JSON.parse(body) as object });

  it('200 for the live token of which the bad ones are made', async () => {
    expect((await present(surface, live[surface.contract])).status).toBe(200);
  });

  it.each(MALFORMED)('$title: 401, without a question about it', async ({ make }) => {
    const token = make(live[surface.contract]);
    if (token.length >= 60) keep(token);
    const before = await checkStatements();

    const answer = await present(surface, token);

    expect(shown(answer)).toMatchObject(refused);
    expect((await checkStatements()) - before).toBe(surface.asksAlways ? 1 : 0);
  });

  it.each(MALFORMED)('$title: a logout with it succeeds, and ends nothing', async ({ make }) => {
    const answer = await present(surface, make(live[surface.contract]), surface.logout);

    expect(answer.status).toBe(surface.logoutStatus);
    expect((await present(surface, live[surface.contract])).status).toBe(200);
  });

  it.each(UNSPEAKABLE)('$title: $status, without a question about it', async ({ make, status }) => {
    const before = await checkStatements();

    const answer = await present(surface, make(live[surface.contract]));

    expect(answer.status).toBe(status);
    expect((await checkStatements()) - before).toBe(status === 401 && surface.asksAlways ? 1 : 0);
  });

  it('T8 T11 T12 401 for what looks like a token', async () => {
    for (const { title, token } of pretenders(live[surface.contract])) {
      keep(token);
      expect([title, shown(await present(surface, token))]).toMatchObject([title, refused]);
    }
  });

  it.each([
    ['bad T9 ended', () => endedToken(surface)],
    ['bad T10 expired by 1 ms', () => expiredToken(surface)],
    ['bad T13 of an application that is switched off', () => foreignToken(server, surface.contract)],
  ])('%s: 401', async (_, make) => {
    const token = await make();
    keep(token);

    expect(shown(await present(surface, token))).toMatchObject(refused);
  });
});

describe.each(TOKEN_SURFACES.filter(({ contract }) => contract !== 'native'))('$name', (surface) => {
  it('bad T13 a token that another contract issued: 401, and it lives on where it belongs', async () => {
    const answer = await present(surface, live.native);

    expect(answer.status).toBe(401);
    expect(await server.statusOfSession(live.native)).toBe(200);
  });
});

it('bad T13 an administrator of another application finds none of this one’s users', async () => {
  const userId = await server.signUp('here@example.test');
  const token = await foreignToken(server, 'native', 'active');

  const answer = await server.get(`/api/v1/admin/users/${userId}`, { headers: { authorization: `Bearer ${token}` } });

  expect(answer.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

async function freshToken({ contract }: TokenSurface): Promise<string> {
  const login = `${randomBytes(6).toString('hex')}@example.test`;
  const { token } = await server.logIn(login);
  if (contract === 'native') return token;
  if (contract === 'elvis') return elvisToken(server, login);
  return contract === 'dittofi' ? dittofiToken(server, login) : restedToken(server, login);
}

async function endedToken(surface: TokenSurface): Promise<string> {
  const token = await freshToken(surface);
  await present(surface, token, surface.logout);
  return token;
}

async function expiredToken(surface: TokenSurface): Promise<string> {
  const token = await freshToken(surface);
  await expire(server, token);
  return token;
}
