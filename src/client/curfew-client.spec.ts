import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CurfewClientOptions } from './client-options.js';
import { createCurfewClient, type CurfewClient } from './curfew-client.js';
import { CurfewMisconfigured } from './curfew-misconfigured.js';
import { CurfewUnavailable } from './curfew-unavailable.js';

/** What answers at the address of Curfew, and may be out of its mind: Curfew itself never answers like this. */
type Answer = (response: ServerResponse, tokens: string[], request: IncomingMessage) => void;

const SERVICE_KEY = `cfk_${'k'.repeat(64)}`;
let peer: Server;
let url: string;
let answer: Answer;
let calls: string[][];
let told: string[];
let client: CurfewClient;

beforeAll(async () => {
  peer = createServer((request, response) => void answerAfterBody(request, response));
  peer.listen(0, '127.0.0.1');
  await once(peer, 'listening');
  url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
});
afterAll(() => {
  peer.closeAllConnections();
  peer.close();
});
beforeEach(() => {
  [calls, told, answer] = [[], [], truthfully];
  client = makeClient();
});
afterEach(() => client.close());

async function answerAfterBody(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const isForm = request.headers['content-type'] !== 'application/json';
  const tokens = isForm ? new URLSearchParams(text).getAll('token') : (JSON.parse(text) as { tokens: string[] }).tokens;
  calls.push(tokens);
  answer(response, tokens, request);
}

function makeClient(options: Partial<CurfewClientOptions> = {}): CurfewClient {
  return createCurfewClient({ url, serviceKey: SERVICE_KEY, log: (line) => told.push(line), ...options });
}

function tokenOf(userId: string): string {
  const ids = [userId, randomUUID()].map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'));
  return `cfs_${Buffer.concat([...ids, randomBytes(32)]).toString('base64url')}`;
}

const uuidAt = (token: string, from: number): string =>
  Buffer.from(token.slice(4), 'base64url')
    .toString('hex', from, from + 16)
    .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const alive = (token: string): object => ({
  active: true,
  sub: uuidAt(token, 0),
  sid: uuidAt(token, 16),
  client_id: '00000000-0000-7000-8000-000000000001',
  aud: '00000000-0000-7000-8000-000000000001',
  iss: 'https://sessions.example',
  token_type: 'Bearer',
  username: 'alice@example.test',
  roles: ['editor'],
  contract: 'native',
  iat: 1_790_000_000,
  auth_time: 1_790_000_001,
  exp: 1_990_000_000,
});

const send = (response: ServerResponse, status: number, body: unknown, headers = {}): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body));

const truthfully: Answer = (response, tokens) => send(response, 200, { results: tokens.map(alive) });
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('who asks', () => {
  it('hears whose live session it is, or that it is none', async () => {
    const [live, dead] = [tokenOf(randomUUID()), tokenOf(randomUUID())];
    answer = (response, tokens) =>
      send(response, 200, { results: tokens.map((token) => (token === dead ? { active: false } : alive(token))) });

    const answers = await Promise.all([client.check(live), client.check(dead)]);

    expect(answers).toEqual([
      {
        userId: uuidAt(live, 0),
        username: 'alice@example.test',
        roles: ['editor'],
        sessionId: uuidAt(live, 16),
        applicationId: '00000000-0000-7000-8000-000000000001',
        contract: 'native',
        createdAt: new Date(1_790_000_000_000),
        authenticatedAt: new Date(1_790_000_001_000),
        expiresAt: new Date(1_990_000_000_000),
      },
      undefined,
    ]);
  });

  it('sends the key in the header, and to the path that the address has', async () => {
    const seen: unknown[] = [];
    answer = (response, tokens, request) => {
      seen.push([request.method, request.url, request.headers.authorization, request.headers['content-type']]);
      truthfully(response, tokens, request);
    };

    await makeClient({ url: `${url}/sessions/` }).check(tokenOf(randomUUID()));

    expect(seen).toEqual([
      ['POST', '/sessions/api/v1/sessions/introspect', `Bearer ${SERVICE_KEY}`, 'application/json'],
    ]);
  });

  it('costs no request with what has not the form of a token', async () => {
    const token = tokenOf(randomUUID());
    const shapes = [
      '',
      token.slice(1),
      `${token}A`,
      `${token}=`,
      `${token}\n`,
      `${token.slice(0, -1)}B`,
      null,
      undefined,
    ];
    const others = [7, {}, [token], token.replace('cfs_', 'cfk_'), `${token.slice(0, 9)}+${token.slice(10)}`];

    const answers = await Promise.all([...shapes, ...others].map((shape) => client.check(shape)));

    expect(answers).toEqual([...shapes, ...others].map(() => undefined));
    expect(calls).toEqual([]);
  });
});

describe('gathered', () => {
  it('those who ask in one turn share a call of at most 500, two at a time, and each hears its own answer', async () => {
    const tokens = Array.from({ length: 1_200 }, () => tokenOf(randomUUID()));
    let [under, most] = [0, 0];
    answer = (response, asked, request) => {
      most = Math.max(most, ++under);
      setTimeout(() => {
        under--;
        truthfully(response, asked, request);
      }, 20);
    };

    const answers = await Promise.all(tokens.map((token) => client.check(token)));

    expect(answers.map((principal) => principal?.sessionId)).toEqual(tokens.map((token) => uuidAt(token, 16)));
    expect(calls.map(({ length }) => length)).toEqual([500, 500, 200]);
    expect(most).toBe(2);
  });

  it('P1 nobody joins a call that has left: the same token is asked anew', async () => {
    const token = tokenOf(randomUUID());
    const held: (() => void)[] = [];
    answer = (response, asked, request) => held.push(() => truthfully(response, asked, request));
    const early = client.check(token);
    while (held.length === 0) await pause(5);

    answer = (response) => send(response, 200, { results: [{ active: false }] });
    const late = await client.check(token);
    held[0]!();

    expect([late, (await early)?.sessionId]).toEqual([undefined, uuidAt(token, 16)]);
    expect(calls).toEqual([[token], [token]]);
  });
});

describe('P3 in any doubt', () => {
  const WITH = (change: object): Answer => {
    return (response, tokens) =>
      send(response, 200, { results: tokens.map((token) => ({ ...alive(token), ...change })) });
  };
  it.each<[string, Answer]>([
    ['500', (response) => send(response, 500, {})],
    ['502 of a proxy', (response) => send(response, 502, '<html>')],
    ['503', (response) => send(response, 503, {})],
    ['429', (response) => send(response, 429, {})],
    ['a redirect', (response) => send(response, 302, {}, { location: `${url}/elsewhere` })],
    ['204', (response) => send(response, 204, '')],
    ['a page with 200', (response) => send(response, 200, '<html>Welcome to the guest network</html>')],
    ['an empty body', (response) => send(response, 200, '')],
    [
      'half a body',
      (response, tokens) => send(response, 200, JSON.stringify({ results: tokens.map(alive) }).slice(0, 99)),
    ],
    ['null', (response) => send(response, 200, null)],
    ['no results', (response) => send(response, 200, { active: false })],
    ['results that are no list', (response) => send(response, 200, { results: { length: 1, 0: { active: false } } })],
    ['too few results', (response) => send(response, 200, { results: [] })],
    ['too many results', (response) => send(response, 200, { results: [{ active: false }, { active: false }] })],
    ['a result that is null', (response) => send(response, 200, { results: [null] })],
    ['a result without active', (response) => send(response, 200, { results: [{}] })],
    ['active as a text', WITH({ active: 'true' })],
    ['no user', WITH({ sub: undefined })],
    ['no name', WITH({ username: null })],
    ['roles as a text', WITH({ roles: 'admin' })],
    ['a role that is no text', WITH({ roles: ['admin', 7] })],
    ['no end', WITH({ exp: undefined })],
    ['another user', WITH({ sub: randomUUID() })],
    ['another session', WITH({ sid: randomUUID() })],
    ['a body without end', (response) => void response.writeHead(200).end('x'.repeat(9 * 1024 * 1024))],
    ['a connection that is cut, and cut again', (response) => response.destroy()],
    [
      'an answer that is cut in its middle',
      (response) => void response.writeHead(200, { 'content-length': 999 }).write('{', () => response.destroy()),
    ],
  ])('%s is CurfewUnavailable, and neither dead nor alive', async (_, fault) => {
    answer = fault;

    const outcome = await outcomeOf(client.check(tokenOf(randomUUID())));

    expect(outcome).toBeInstanceOf(CurfewUnavailable);
    expect(outcome).not.toBeInstanceOf(CurfewMisconfigured);
    expect(outcome).toMatchObject({ statusCode: 503, retryAfterSeconds: 1 });
  });

  it.each([
    ['7', 7],
    ['86400', 60],
    ['-1', 1],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 1],
  ])('Retry-After %s is passed on as %i seconds', async (header, seconds) => {
    answer = (response) => send(response, 503, {}, { 'retry-after': header });

    expect(await outcomeOf(client.check(tokenOf(randomUUID())))).toMatchObject({ retryAfterSeconds: seconds });
  });

  it('nobody at the address', async () => {
    const nobody = makeClient({ url: 'http://127.0.0.1:1' });

    expect(await outcomeOf(nobody.check(tokenOf(randomUUID())))).toBeInstanceOf(CurfewUnavailable);
  });

  it.each<[string, Answer]>([
    ['no answer', () => {}],
    ['an answer that stops in its middle', (response) => void response.writeHead(200).write('{"results":[')],
  ])('%s is given up in time, and not asked again', async (_, silence) => {
    const hasty = makeClient({ timeoutMs: 150 });
    answer = silence;
    const startedAt = performance.now();

    const outcomes = await Promise.all([1, 2].map(() => outcomeOf(hasty.check(tokenOf(randomUUID())))));

    expect(performance.now() - startedAt).toBeLessThan(600);
    expect(outcomes.every((outcome) => outcome instanceof CurfewUnavailable)).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('what switches to another protocol has not answered, and takes no place of those who ask next', async () => {
    const hasty = makeClient({ timeoutMs: 150 });
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
    answer = (response) => void response.socket!.end(upgrade);

    const odd = [];
    for (const _ of [1, 2]) odd.push(await outcomeOf(hasty.check(tokenOf(randomUUID()))));
    answer = truthfully;
    const token = tokenOf(randomUUID());

    expect(odd).toEqual([expect.any(CurfewUnavailable), expect.any(CurfewUnavailable)]);
    expect(await hasty.check(token)).toMatchObject({ sessionId: uuidAt(token, 16) });
  });

  it('whoever waits behind calls that are not answered is refused in time as well', async () => {
    const hasty = makeClient({ timeoutMs: 150 });
    answer = () => {};
    const ahead: Promise<unknown>[] = [];
    for (const place of [1, 2]) {
      ahead.push(outcomeOf(hasty.check(tokenOf(randomUUID()))));
      while (calls.length < place) await pause(2);
    }

    const startedAt = performance.now();
    const behind = await outcomeOf(hasty.check(tokenOf(randomUUID())));

    expect(performance.now() - startedAt).toBeLessThan(600);
    expect([behind, ...(await Promise.all(ahead))].every((outcome) => outcome instanceof CurfewUnavailable)).toBe(true);
  });

  it('what speaks no TLS at an https address', async () => {
    const secure = makeClient({ url: url.replace('http:', 'https:') });

    expect(await outcomeOf(secure.check(tokenOf(randomUUID())))).toBeInstanceOf(CurfewUnavailable);
    expect(calls).toEqual([]);
  });

  it.each([
    [200, '<html>Welcome to the guest network</html>'],
    [204, ''],
    [302, ''],
  ])('an ending that %i answers with %j is not known to have happened', async (status, body) => {
    answer = (response) => send(response, status, body);

    expect(await outcomeOf(client.end(tokenOf(randomUUID())))).toBeInstanceOf(CurfewUnavailable);
  });

  it('a call that was cut is asked once more, as a call of its own', async () => {
    const token = tokenOf(randomUUID());
    answer = (response) => {
      answer = truthfully;
      response.destroy();
    };

    expect((await client.check(token))?.sessionId).toBe(uuidAt(token, 16));
    expect(calls).toEqual([[token], [token]]);
  });

  it('and never a third time', async () => {
    answer = (response) => response.destroy();

    await outcomeOf(client.check(tokenOf(randomUUID())));

    expect(calls).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 405])(
    '%i is CurfewMisconfigured, told to the log once and without the key',
    async (status) => {
      answer = (response) => send(response, status, { code: 'SERVICE_KEY_UNKNOWN' });

      const first = await outcomeOf(client.check(tokenOf(randomUUID())));
      const second = await outcomeOf(client.check(tokenOf(randomUUID())));

      expect([first, second].every((outcome) => outcome instanceof CurfewMisconfigured)).toBe(true);
      expect(first).toBeInstanceOf(CurfewUnavailable);
      expect(told).toEqual([expect.stringContaining(`(${status})`)]);
      expect(told.join('')).not.toContain('cfk_');
    },
  );
});

it('a refused key is a warning of the process where no log was given', async () => {
  const silent = createCurfewClient({ url, serviceKey: SERVICE_KEY });
  answer = (response) => send(response, 401, {});
  const warned = once(process, 'warning');

  await outcomeOf(silent.check(tokenOf(randomUUID())));

  const [warning] = (await warned) as [Error];
  expect([warning.name, warning.message]).toEqual(['CurfewMisconfigured', expect.stringContaining('(401)')]);
});

describe('the delay that a service accepts', () => {
  it('is none by default: each check asks', async () => {
    const token = tokenOf(randomUUID());

    for (const _ of [1, 2, 3]) await client.check(token);

    expect(calls).toEqual([[token], [token], [token]]);
  });

  it('saves the question while it lasts, and asks again afterwards', async () => {
    const lax = makeClient({ acceptLogoutDelayMs: 600 });
    const token = tokenOf(randomUUID());

    const first = await lax.check(token);
    const second = await lax.check(token);
    await pause(620);
    answer = (response) => send(response, 200, { results: [{ active: false }] });
    const third = await lax.check(token);

    expect([first?.sessionId, second?.sessionId, third]).toEqual([uuidAt(token, 16), uuidAt(token, 16), undefined]);
    expect(calls).toHaveLength(2);
  });

  it('counts from when the question was sent', async () => {
    const lax = makeClient({ acceptLogoutDelayMs: 200 });
    answer = (...given) => void setTimeout(() => truthfully(...given), 150);
    const token = tokenOf(randomUUID());

    await lax.check(token);
    await pause(100);
    await lax.check(token);

    expect(calls).toHaveLength(2);
  });

  it('never lasts beyond the end of the session', async () => {
    const lax = makeClient({ acceptLogoutDelayMs: 60_000 });
    answer = (response, tokens) =>
      send(response, 200, {
        results: tokens.map((token) => ({ ...alive(token), exp: Math.floor(Date.now() / 1_000) })),
      });
    const token = tokenOf(randomUUID());

    await lax.check(token);
    await lax.check(token);

    expect(calls).toHaveLength(2);
  });

  it('is for "alive" alone: who is dead, or could not be asked about, is asked about again', async () => {
    const lax = makeClient({ acceptLogoutDelayMs: 60_000 });
    const token = tokenOf(randomUUID());

    answer = (response) => send(response, 200, { results: [{ active: false }] });
    const dead = await lax.check(token);
    answer = (response) => send(response, 503, {});
    const doubtful = await outcomeOf(lax.check(token));
    answer = truthfully;

    expect([dead, doubtful]).toEqual([undefined, expect.any(CurfewUnavailable)]);
    expect((await lax.check(token))?.sessionId).toBe(uuidAt(token, 16));
  });

  it('never covers a session that was ended here, not even by an answer that was on its way', async () => {
    const lax = makeClient({ acceptLogoutDelayMs: 60_000 });
    const token = tokenOf(randomUUID());
    const arrived = new Promise<() => void>((resolve) => {
      answer = (...given) => resolve(() => truthfully(...given));
    });
    const before = lax.check(token);
    const answerLate = await arrived;
    answer = (response) => send(response, 200, '');
    await lax.end(token);
    answerLate();
    await before;

    answer = (response) => send(response, 200, { results: [{ active: false }] });

    expect(await lax.check(token)).toBeUndefined();
  });

  it('keeps 10,000 answers and no more', async () => {
    const lax = makeClient({ acceptLogoutDelayMs: 60_000 });
    const tokens = Array.from({ length: 10_001 }, () => tokenOf(randomUUID()));
    await lax.check(tokens[0]);
    await Promise.all(tokens.map((token) => lax.check(token)));
    calls = [];

    await lax.check(tokens[1]);
    await lax.check(tokens[0]);

    expect(calls).toEqual([[tokens[0]]]);
  });
});

describe('wrong options stop the start', () => {
  it.each([
    ['url', { url: 'sessions.example' }],
    ['url', { url: 'ftp://sessions.example' }],
    ['url', { url: 'https://service:hunter22@sessions.example' }],
    ['url', { url: 'https://sessions.example/?key=hunter22' }],
    ['serviceKey', { serviceKey: 'cfk_hunter22' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['acceptLogoutDelayMs', { acceptLogoutDelayMs: -1 }],
    ['acceptLogoutDelayMs', { acceptLogoutDelayMs: 86_400_000 }],
  ])('%s: %o, without telling its value', (name, options) => {
    expect(() => makeClient(options)).toThrow(new RegExp(`^${name}: (?!.*hunter22)`));
  });
});
