import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FRAMING } from '../bad-input/framing.js';
import { PATHS } from '../bad-input/paths.js';
import { pipelined } from '../bad-input/pipeline.js';
import { listen, rawRequest, requestText, type RawAnswer } from '../raw-request.js';
import { bearer, TestServer, type LoggedIn } from '../server.js';
import { GuardingProxy, GUARDS } from './guarding-proxy.js';
import { identityIn, NaiveApp } from './naive-app.js';

let server: TestServer;
let other: NestFastifyApplication;
let nodes: [number, number];
let app: NaiveApp;
let alice: LoggedIn;
beforeAll(async () => {
  const settings = { TRUST_PROXY: '127.0.0.1' };
  server = await TestServer.start(settings);
  other = (await TestServer.node(server.databaseUrl, settings)).app;
  nodes = [await listen(server.app), await listen(other)];
  app = await NaiveApp.start();
  alice = await server.logIn('alice@example.test');
});
afterAll(async () => {
  await app.stop();
  await other.close();
  await server.stop();
});

/** Behind the login, and behind a role besides. */
const GUARDED = ['/page', '/editors/x'];
const asAlice = (): Record<string, string> => ({ authorization: `Bearer ${alice.token}` });
const shown = (title: string, answers: RawAnswer[]): string =>
  `${title}: ${answers.map(({ status }) => status).join(' ')}`;

describe.each(GUARDS)('$name', (kind) => {
  let proxy: GuardingProxy;
  beforeAll(async () => {
    proxy = await GuardingProxy.start(kind, nodes, app.port);
    const isOpen = async () => (await fetch(`${proxy.origin}/page`, bearer(alice.token) as RequestInit)).status === 200;
    await vi.waitUntil(isOpen, { timeout: 10_000, interval: 100 });
  });
  afterAll(() => proxy.stop());
  beforeEach(() => {
    app.received.length = 0;
  });

  const send = (bytes: string): Promise<RawAnswer[]> => rawRequest(proxy.port, bytes, 3_000);

  it.each(GUARDED)('bad H1 to H8 no way of writing %s leads a stranger past the guard', async (path) => {
    const answers = await Promise.all(PATHS.map(({ make }) => send(requestText(`GET ${make(path)}`))));

    expect(app.received).toEqual([]);
    expect(
      PATHS.flatMap(({ title }, place) => (answers[place]!.some(({ status }) => status < 400) ? [title] : [])),
    ).toEqual([]);
  });

  it('bad H1 to H8 bad H11 nor somebody without the role to what asks for one', async () => {
    const answers = await Promise.all(
      PATHS.map(({ make }) => send(requestText(`GET ${make('/editors/x')}`, asAlice()))),
    );

    expect(app.received.map(({ url }) => url)).toEqual([]);
    expect(
      PATHS.flatMap(({ title }, place) => (answers[place]!.some(({ status }) => status < 400) ? [title] : [])),
    ).toEqual([]);
  });

  it.each([...GUARDED, '/api/v1/auth/session'])(
    'bad H9 to H23 no odd method or framing for %s is let through to anybody',
    async (path) => {
      const answers = await Promise.all(FRAMING.map(({ make }) => send(make(path))));

      const wrong = answers.flatMap((given, place) =>
        given.some(({ status }) => status >= 200 && status < 400) ? [shown(FRAMING[place]!.title, given)] : [],
      );
      expect([wrong, app.received]).toEqual([[], []]);
    },
  );

  it('bad H13 to H15 what is hidden in a body is no request of whoever comes next on the connection', async () => {
    const hidden = 'GET /page HTTP/1.1\r\nHost: sessions.example\r\nX-Hidden: 1\r\n\r\n';
    const head = `POST /page HTTP/1.1\r\nHost: sessions.example\r\nAuthorization: Bearer ${alice.token}\r\n`;
    const framings = [
      `Content-Length: ${hidden.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
      `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `Transfer-Encoding : chunked\r\nContent-Length: ${hidden.length + 5}\r\n\r\n0\r\n\r\n${hidden}`,
    ];

    await Promise.all(framings.map((framing) => send(head + framing)));

    const withoutName = app.received.filter((one) => identityIn(one)['x-auth-user'] !== 'alice@example.test');
    expect(withoutName).toEqual([]);
  });

  it('bad H24 a page asked for behind a logout, on one connection, is 401', async () => {
    const { token } = await server.logIn('pipelined@example.test');
    const lines = [`Authorization: Bearer ${token}`];

    const answers = await pipelined(proxy.port, [
      { line: 'POST /api/v1/auth/logout', lines: [...lines, 'Content-Length: 0'] },
      { line: 'GET /page', lines },
    ]);

    expect(answers.map(({ status }) => status)).toEqual([204, 401]);
    expect(app.received).toEqual([]);
  });

  it('and serves those who may come in', async () => {
    const answer = await fetch(`${proxy.origin}/page`, bearer(alice.token) as RequestInit);

    expect([answer.status, await server.statusOfSession(alice.token)]).toEqual([200, 200]);
  });
});
