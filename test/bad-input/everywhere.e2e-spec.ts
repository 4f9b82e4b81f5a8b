import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, rawRequest, requestText, type RawAnswer } from '../raw-request.js';
import { keep, TestServer, type LoggedIn } from '../server.js';
import { BODIES, type BodyRow } from './bodies.js';
import { AUTHORIZATIONS, COOKIES } from './carriers.js';
import { SURFACES, type Surface } from './catalogue.js';
import { expire, foreignToken, pretenders } from './dead-tokens.js';
import { FRAMING } from './framing.js';
import { PATHS } from './paths.js';
import { pipelined } from './pipeline.js';
import { QUERIES } from './queries.js';
import { ELVIS_BY_STATUS, SURFACE_KEY } from './surfaces.js';
import { MALFORMED, UNSPEAKABLE } from './tokens.js';
import { isRefusedAsStranger, visitorsOf, type Visitor } from './visitors.js';
import { writersOf, type Writer } from './writers.js';

let server: TestServer;
let port: number;
let visitors: Visitor[];
let bystander: LoggedIn;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY });
  port = await listen(server.app);
  await server.sql(ELVIS_BY_STATUS);
  visitors = await visitorsOf(server, 'everywhere@example.test');
  bystander = await server.logIn('bystander@example.test');
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

const SECONDS = 1_000;
const REFUSALS = [400, 401, 403, 404, 405];
/** Here an empty body is refused before anyone is asked for. */
const READS_FIRST = /^(?:POST|PUT) \/api\/1\/ce\//;
/** Rows that a wire reads after all: as if nothing had been given, or as any other body. Nothing begins by them. */
const READ_ALL_THE_SAME: Partial<Record<Surface, RegExp>> = {
  dittofi: /^bad B(?:8|13|14 no type|14 text)/,
  backendless: /^bad B(?:2 |8|13|14 no type|14 text|17 JSON|18 multipart that is none|22 [-2t]|23 1,900|25)/,
  rested: /^bad B(?:8|23 1,900)/,
  elvis: /^bad B(?:2 |8|13|14 no type|14 text|17 JSON|21 a\[|22 [-2t]|23 1,900|25)/,
};
/** Rows that are what a route of ours asks for. */
const FITTING: [RegExp, url: RegExp][] = [
  [/^bad B8 expiresAt/, /\/service-keys/],
  [/^bad B9 17 KiB of white space/, /\/sessions\/introspect$/],
  [/^bad B22 -0/, /\/rotate$/],
  [/^bad B25 an array/, /\/sessions\/introspect$|\/admin\/users\/[^/]+$/],
];
const isRead = (surface: Surface, title: string, url: string): boolean =>
  (READ_ALL_THE_SAME[surface]?.test(title) ?? false) || FITTING.some(([row, at]) => row.test(title) && at.test(url));
/** Whatever comes along with these is not looked at. */
const UNREAD = ['/api/log', '/logout'];
const at = (surface: Surface): Visitor[] => visitors.filter((visitor) => visitor.surface === surface);
/** What every visitor of a surface was answered wrongly, in words. */
async function wrongAt(surface: Surface, ask: (visitor: Visitor) => Promise<string[]>): Promise<string[]> {
  const wrong: string[] = [];
  for (const visitor of at(surface)) wrong.push(...(await ask(visitor)).map((text) => `${visitor.name} ${text}`));
  expect(at(surface).flatMap(({ guarded }) => guarded).length).toBeGreaterThan(0);
  return wrong;
}
const isAlive = async (): Promise<boolean> => (await server.statusOfSession(bystander.token)) === 200;

describe.each(SURFACES)('%s', (surface) => {
  it(
    'bad T every route refuses what is no live token like a stranger, in every place where a token travels',
    async () => {
      const wrong = await wrongAt(surface, async ({ live, carry, guarded }) => {
        const tokens = [...MALFORMED.map(({ title, make }) => ({ title, token: make(live) })), ...deadLike(live)];
        keep(...tokens.map(({ token }) => token).filter((token) => token.length >= 60));
        const asked = await Promise.all(
          guarded
            .filter((line) => !READS_FIRST.test(line))
            .map(async (line) => ({
              line,
              answers: await pipelined(
                port,
                tokens.map(({ token }) => ({ line, lines: [carry(token)] })),
              ),
            })),
        );
        return asked.flatMap(({ line, answers }) =>
          answers.flatMap((answer, place) =>
            isRefusedAsStranger(answer) ? [] : [`${tokens[place]!.title} ${line}: ${answer.status} ${answer.body}`],
          ),
        );
      });

      expect(wrong).toEqual([]);
      expect(await isAlive()).toBe(true);
    },
    90 * SECONDS,
  );

  it.each(UNSPEAKABLE)('$title: refused', async ({ make, status }) => {
    const wrong = await wrongAt(surface, async ({ live, carry, guarded }) => {
      const [before, after] = carry('\u0001').split('\u0001') as [string, string];
      const head = `${guarded[0]} HTTP/1.1\r\nHost: sessions.example\r\nConnection: close\r\n${before}`;
      const [answer] = await rawRequest(
        port,
        Buffer.concat([Buffer.from(head), make(live), Buffer.from(`${after}\r\n\r\n`)]),
      );
      const isRight = status === 401 ? isRefusedAsStranger(answer!) : answer!.status === status;
      return isRight ? [] : [`${guarded[0]}: ${answer!.status} ${answer!.body}`];
    });

    expect(wrong).toEqual([]);
  });

  it(
    'bad H no way of writing a path leads a stranger past the guard',
    async () => {
      const wrong = await wrongAt(surface, async (visitor) => {
        // Before a path of one word stands no slash that could be turned round.
        const guarded = visitor.guarded.filter((route) => /\/.+\//.test(route));
        const asked = await Promise.all(
          guarded.map(async (route) => {
            const [method, target] = route.split(' ') as [string, string];
            const [path, query] = target.split('?') as [string, string?];
            const lines = PATHS.map(({ make }) => `${method} ${make(path)}${query ? `?${query}` : ''}`);
            return pipelined(
              port,
              lines.map((line) => ({ line })),
            );
          }),
        );
        return asked.flatMap((answers, route) =>
          answers.flatMap(({ status, body }, place) =>
            REFUSALS.includes(status) ? [] : [`${PATHS[place]!.title} ${guarded[route]}: ${status} ${body}`],
          ),
        );
      });

      expect(wrong).toEqual([]);
    },
    90 * SECONDS,
  );

  it(
    'bad H odd methods and framing are answered as for a stranger',
    async () => {
      const wrong = await wrongAt(surface, async ({ guarded }) => {
        const path = (guarded.find((route) => route.startsWith('GET ')) ?? guarded[0]!).split(' ')[1]!;
        const answers = await Promise.all(FRAMING.map(({ make }) => rawRequest(port, make(path))));
        return answers.flatMap((given, place) => {
          const { title } = FRAMING[place]!;
          return given.every(({ status }) => status === 100 || (status >= 400 && status < 500))
            ? []
            : [`${title} ${path}: ${given.map(({ status }) => status).join(' ')}`];
        });
      });

      expect(wrong).toEqual([]);
      expect(await isAlive()).toBe(true);
    },
    90 * SECONDS,
  );

  it(
    'bad Q no query opens anything to a stranger',
    async () => {
      const wrong = await wrongAt(surface, async ({ guarded }) => {
        const asked = await Promise.all(
          guarded.map(async (route) => {
            const [path, query = ''] = route.split('?') as [string, string?];
            return pipelined(
              port,
              QUERIES.map(({ make }) => ({ line: `${path}?${make(query)}` })),
            );
          }),
        );
        return asked.flatMap((answers, route) =>
          answers.flatMap(({ status, body }, place) =>
            REFUSALS.includes(status) ? [] : [`${QUERIES[place]!.title} ${guarded[route]}: ${status} ${body}`],
          ),
        );
      });

      expect(wrong).toEqual([]);
    },
    90 * SECONDS,
  );

  it('bad Q5 a key or a token that stands in the body alone opens nothing to a stranger', async () => {
    const wrong = await wrongAt(surface, async ({ live, guarded }) => {
      const body = JSON.stringify({ token: live, access_token: live, 'user-token': live, authToken: live, key: live });
      const head = `Host: sessions.example\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
      const answers = await Promise.all(
        guarded.map((route) => rawRequest(port, `${route} HTTP/1.1\r\n${head}\r\n\r\n${body}`)),
      );
      return answers.flatMap(([answer], route) =>
        REFUSALS.includes(answer!.status) || answer!.status === 415
          ? []
          : [`${guarded[route]}: ${answer!.status} ${answer!.body}`],
      );
    });

    expect(wrong).toEqual([]);
  });

  it(
    'bad Q what is asked with a live token is answered or refused, and never by the first of two values',
    async () => {
      const wrong = await wrongAt(surface, async ({ live, carry, guarded }) => {
        // A stream does not end, and an odd query of it is a poll’s.
        const readers = guarded.filter((route) => route.startsWith('GET ') && !route.endsWith('/stream'));
        const asked: RawAnswer[][] = [];
        for (const route of readers) {
          const [path, query = ''] = route.split('?') as [string, string?];
          const lines = [carry(live)];
          asked.push(
            await pipelined(
              port,
              QUERIES.map(({ make }) => ({ line: `${path}?${make(query)}`, lines })),
            ),
          );
        }
        return asked.flatMap((answers, route) =>
          answers.flatMap(({ status, body }, place) => {
            const { title, own } = QUERIES[place]!;
            const isRight = own && readers[route]!.includes(' /api/v1/') ? status === own : status < 500;
            return isRight ? [] : [`${title} ${readers[route]}: ${status} ${body}`];
          }),
        );
      });

      expect(wrong).toEqual([]);
    },
    90 * SECONDS,
  );
});

describe.each(['administration', 'webhooks', 'forward-auth'] as const)('%s', (surface) => {
  const live = (): string => at(surface)[0]!.live;
  const path = (): string => at(surface)[0]!.guarded.find((route) => /^GET [^{0]+$/.test(route))!;
  const statusFor = async (lines: string[]): Promise<number> =>
    (await pipelined(port, [{ line: path(), lines }]))[0]!.status;

  it.each([...COOKIES, ...AUTHORIZATIONS])('$title: $status', async ({ make, status }) => {
    // What a client sends back as it was handed: forward-auth knows the clients of every wire.
    const isBare = surface === 'forward-auth';

    const given = await statusFor(make('__Host-curfew', live()));

    expect(given).toBe(isBare && make('x', 'y')[0] === 'Authorization: y' ? 200 : status);
  });

  it('bad K16 a token in the query opens nothing; bad K19 nor one in the path', async () => {
    const [, target] = path().split(' ') as [string, string];

    const answers = await pipelined(port, [
      { line: `GET ${target}?token=${live()}` },
      { line: `GET ${target};jsessionid=${live()}` },
      { line: `GET ${target};jsessionid=x`, lines: [`Cookie: __Host-curfew=${live()}`] },
    ]);

    expect(answers.map(({ status }) => status)).toEqual([400, 404, 404]);
  });

  it('401 for tokens that are over, or of an application that is', async () => {
    const [expired, ended] = [await server.logIn('over@example.test'), await server.logIn('over@example.test')];
    await expire(server, expired.token);
    await server.post('/api/v1/auth/logout', { headers: { authorization: `Bearer ${ended.token}` } });
    const tokens = {
      'bad T9 ended': ended.token,
      'bad T10 expired by 1 ms': expired.token,
      'bad T13 of an application that is switched off': await foreignToken(server, 'native'),
    };

    const answers = await pipelined(
      port,
      Object.values(tokens).map((token) => ({ line: path(), lines: [`Authorization: Bearer ${token}`] })),
    );

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });
});

describe.each(['services', 'events'] as const)('the key of %s', (surface) => {
  const key = (): string => at(surface)[0]!.live;
  const route = (): string => at(surface)[0]!.guarded[0]!;
  // A form without a token is 400 once the key was believed; and events of now are 200.
  const believed = surface === 'services' ? 400 : 200;
  const statusFor = async (lines: string[]): Promise<number> =>
    (await pipelined(port, [{ line: route(), lines }]))[0]!.status;

  it.each(COOKIES)('$title: no key travels in a cookie', async ({ make, status }) => {
    expect(await statusFor(make('__Host-curfew', key()))).toBe(status === 431 ? 431 : 401);
  });

  it.each(AUTHORIZATIONS)('$title: as a token', async ({ title, make, status }) => {
    const expected = title === 'bad K2 good bearer, bad cookie' ? 200 : status;

    expect(await statusFor(make('__Host-curfew', key()))).toBe(expected === 200 ? believed : expected);
  });

  it('bad K16 a key in the query opens nothing; bad K19 nor one in the path', async () => {
    const answers = await pipelined(port, [
      { line: `${route()}?key=${key()}` },
      { line: `${route()};jsessionid=${key()}` },
    ]);

    expect([answers[0]!.status, REFUSALS.includes(answers[1]!.status)]).toEqual([400, true]);
  });

  it('401 for keys that are over, or never were', async () => {
    const [ended, expired] = [await server.serviceKey(['events']), await server.serviceKey(['events'])];
    const idOf = (text: string): Buffer => Buffer.from(text.slice(4), 'base64url').subarray(0, 16);
    await server.sql('delete from service_keys where id = $1::uuid', [idOf(ended).toString('hex')]);
    await server.sql(`update service_keys set expires_at = now() - interval '1 ms' where id = $1::uuid`, [
      idOf(expired).toString('hex'),
    ]);
    const withSecret = (byte: number): string =>
      `cfk_${Buffer.concat([idOf(key()), Buffer.alloc(32, byte)]).toString('base64url')}`;
    const keys = {
      'bad T8 unknown': withSecret(7),
      'bad T9 ended': ended,
      'bad T10 expired by 1 ms': expired,
      'bad T11 bad T12 its id, and nothing of the secret': withSecret(0),
      'bad T13 a token': at('native')[0]!.live,
    };
    keep(...Object.values(keys));

    const answers = await pipelined(
      port,
      Object.values(keys).map((text) => ({ line: route(), lines: [`Authorization: Bearer ${text}`] })),
    );

    expect(answers.map(({ status }) => status)).toEqual(Object.keys(keys).map(() => 401));
  });
});

describe('bad H24', () => {
  it('a check pipelined behind a logout finds the session dead at every surface that takes its token', async () => {
    const outcomes: (number[] | undefined)[] = [];
    for (const check of ['GET /api/v1/forward-auth', 'GET /api/v1/sessions', 'GET /api/v1/admin/users'] as const) {
      const { token } = await server.logIn('pipelined@example.test');
      const lines = [`Authorization: Bearer ${token}`];

      const answers = await pipelined(port, [
        { line: 'POST /api/v1/auth/logout', lines },
        { line: check, lines },
      ]);

      outcomes.push(answers.map(({ status }) => status));
    }

    expect(outcomes).toEqual([
      [204, 401],
      [204, 401],
      [204, 401],
    ]);
  });
});

/** Keys are told from tokens by their prefix: what pretends to be a token is no key, whatever it holds. */
function deadLike(live: string): { title: string; token: string }[] {
  return live.startsWith('cfs_') ? pretenders(live) : [];
}

it('H9 405 for HEAD at every guarded route but those of proxies', async () => {
  const paths = [...new Set(visitors.flatMap(({ guarded }) => guarded.map((route) => route.split(' ')[1]!)))];
  const others = paths.filter((path) => path !== '/api/v1/forward-auth');

  const answers = await Promise.all(others.map((path) => rawRequest(port, requestText(`HEAD ${path}`))));

  expect(answers.map(([answer]) => answer!.status)).toEqual(others.map(() => 405));
});

describe.each(SURFACES.filter((surface) => !['events', 'forward-auth'].includes(surface)))('%s', (surface) => {
  const headersAt = (): Record<string, string> => {
    const { carry, live } = at(surface)[0]!;
    const [name, value] = carry(live).split(': ') as [string, string];
    return { [name.toLowerCase()]: value };
  };
  const send = ({ method, url, good }: Writer, row: BodyRow) =>
    server.request({
      method,
      url,
      headers: {
        ...headersAt(),
        ...(row.type !== '' && { 'content-type': row.type ?? 'application/json' }),
        ...row.headers,
      },
      payload: row.make(good),
    });

  it(
    'bad B every route that reads a body refuses one that is spoilt',
    async () => {
      const writers = writersOf(server).filter(
        ({ url, ...writer }) => writer.surface === surface && !UNREAD.includes(url),
      );
      const wrong: string[] = [];

      for (const writer of writers) {
        await server.sql('delete from login_attempts');
        for (const row of BODIES) {
          const { statusCode, body, headers } = await send(writer, row);
          const isTaken = isRead(surface, row.title, writer.url);
          const hasBegun = `${body}${String(headers['set-cookie'])}`.includes('cfs_');
          if (hasBegun || (isTaken ? statusCode >= 500 : ![400, 413, 415].includes(statusCode)))
            wrong.push(`${row.title} ${writer.method} ${writer.url}: ${statusCode} ${body.slice(0, 80)}`);
        }
      }

      expect(writers.length).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
      expect(await isAlive()).toBe(true);
    },
    90 * SECONDS,
  );

  it('bad B10 a body that never ends is refused before 8 MiB of it are sent', async () => {
    const { method, url } = writersOf(server).find((writer) => writer.surface === surface)!;
    const { carry, live } = at(surface)[0]!;
    const chunk = `2000\r\n${'x'.repeat(8_192)}\r\n`;
    function* endless(): Generator<string> {
      yield `${method} ${url} HTTP/1.1\r\nHost: sessions.example\r\n${carry(live)}\r\n`;
      yield 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
      for (let count = 0; count < 1_000; count++) yield chunk;
    }

    const answers = await rawRequest(port, endless());

    expect(answers.map(({ status }) => status)).toEqual([413]);
    expect(answers[0]!.head).toMatch(/^connection: close$/im);
  });
});
