import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Response as Answer, InjectOptions } from 'light-my-request';
import pg from 'pg';
import { destination, pino } from 'pino';
import 'reflect-metadata';
import { inject, vi } from 'vitest';
import { found } from '../src/app.founding.js';
import { documentsOf } from '../src/app.openapi.js';
import { createApp } from '../src/app.setup.js';
import { isBehindPooler } from '../src/database/pooler.js';
import { readEnvironment, type Environment } from '../src/environment/environment.js';
import { SessionSweeper } from '../src/session/session-sweeper.js';

export type { Answer };

/** A password that no list knows. */
export const PASSWORD = 'correct horse battery staple';
export const ADMIN = { login: 'admin@localhost', password: 'eleven grey herons at dawn' };

export interface LoggedIn {
  token: string;
  userId: string;
  sessionId: string;
}

/** The header of a bearer. */
export const bearer = (token: string): Pick<InjectOptions, 'headers'> => ({
  headers: { authorization: `Bearer ${token}` },
});
/** A JSON body. */
export const json = (body: unknown): Pick<InjectOptions, 'payload'> => ({ payload: body as object });
export const both = (...options: InjectOptions[]): InjectOptions =>
  Object.assign({}, ...options, {
    headers: Object.assign({}, ...options.map((option) => option.headers)),
  }) as InjectOptions;

/** The whole application on a real database of its own, answering real requests. */
export class TestServer {
  private lastQuery: Promise<unknown> = Promise.resolve();
  private readonly signedUp = new Map<string, Promise<void>>();

  private constructor(
    readonly app: NestFastifyApplication,
    readonly environment: Environment,
    readonly databaseUrl: string,
    private readonly admin: pg.Client,
    private readonly client: pg.Client,
  ) {}

  /** `door` answers through which address the server reaches its database; by itself it is none but the database's own. */
  static async start(settings: NodeJS.ProcessEnv = {}, door = async (url: string) => url): Promise<TestServer> {
    const templateUrl = new URL(templateOfWorker());
    const name = `test_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client(Object.assign(new URL(templateUrl), { pathname: '/postgres' }).href);
    await admin.connect();
    await admin.query(`create database ${name} template ${templateUrl.pathname.slice(1)}`);
    const url = Object.assign(new URL(templateUrl), { pathname: `/${name}` }).href;
    const { environment, app } = await TestServer.node(await door(url), settings);
    const client = new pg.Client(url);
    await client.connect();
    return new TestServer(app, environment, url, admin, client);
  }

  /** One more node on a database that is there already. */
  static async node(
    url: string,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<{ environment: Environment; app: NestFastifyApplication }> {
    const environment = readEnvironment({ ADMIN_PASSWORD: ADMIN.password, ...settings }, '/nonexistent');
    keep(ADMIN.password, PASSWORD);
    const app = await createApp(
      environment,
      url,
      pino({ level: 'trace' }, destination({ dest: evidence('.log'), sync: true, append: true })),
      await isBehindPooler(url),
    );
    await found(app, environment);
    return { environment, app };
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.client.end();
    await this.admin.query(`drop database ${new URL(this.databaseUrl).pathname.slice(1)} with (force)`);
    await this.admin.end();
  }

  async request(options: InjectOptions): Promise<Answer> {
    keepSecretsOf(options);
    const answer = await this.app.inject({ ...options });
    Object.assign(answer.headers, { ...headOf(answer), ...answer.headers });
    keep(...(JSON.stringify([answer.headers['set-cookie'] ?? '', answer.body]).match(/cf[sk]_[\w-]{20,}/g) ?? []));
    return answer;
  }

  get(url: string, options: InjectOptions = {}): Promise<Answer> {
    return this.request({ method: 'GET', url, ...options });
  }

  post(url: string, options: InjectOptions = {}): Promise<Answer> {
    return this.request({ method: 'POST', url, ...options });
  }

  patch(url: string, options: InjectOptions = {}): Promise<Answer> {
    return this.request({ method: 'PATCH', url, ...options });
  }

  delete(url: string, options: InjectOptions = {}): Promise<Answer> {
    return this.request({ method: 'DELETE', url, ...options });
  }

  /** A user with the password of all test users; made once, by the administrator. */
  async signUp(username: string, fields: object = {}): Promise<string> {
    const { token } = await this.logInAdmin();
    const answer = await this.post(
      '/api/v1/admin/users',
      both(bearer(token), json({ username, password: PASSWORD, ...fields })),
    );
    if (answer.statusCode !== 201) throw new Error(`signUp: ${answer.body}`);
    return answer.json<{ id: string }>().id;
  }

  /** Logs in, after signing up where nobody has this name. */
  async logIn(login: string, fields: object = {}): Promise<LoggedIn> {
    const name = login.toLowerCase();
    if (!this.signedUp.has(name)) this.signedUp.set(name, this.signUpOnce(login));
    await this.signedUp.get(name);
    return this.logInAs({ login, password: PASSWORD, ...fields });
  }

  private async signUpOnce(login: string): Promise<void> {
    const rows = await this.sql('select from identities where name = $1', [login.toLowerCase()]);
    if (rows.length === 0) await this.signUp(login);
  }

  logInAdmin(): Promise<LoggedIn> {
    return this.logInAs(ADMIN);
  }

  /** A key with these scopes, of the application given or of all; made by the administrator. */
  async serviceKey(scopes: string[], applicationId: string | null = null): Promise<string> {
    const { token } = await this.logInAdmin();
    const wanted = { name: scopes.join(' '), scopes, applicationId };
    const answer = await this.post('/api/v1/admin/service-keys', both(bearer(token), json(wanted)));
    if (answer.statusCode !== 201) throw new Error(`serviceKey: ${answer.body}`);
    return answer.json<{ key: string }>().key;
  }

  async logInAs(body: object): Promise<LoggedIn> {
    const answer = await this.post('/api/v1/auth/login', json(body));
    if (answer.statusCode !== 200) throw new Error(`logIn: ${answer.body}`);
    const { token, user, session } = answer.json<{ token: string; user: { id: string }; session: { id: string } }>();
    return { token, userId: user.id, sessionId: session.id };
  }

  async statusOfSession(token: string): Promise<number> {
    return (await this.get('/api/v1/auth/session', bearer(token))).statusCode;
  }

  /** What the log says about a request, whose id its answer has. */
  logOf(answer: Pick<Answer, 'headers'>): { level: number; route?: string }[] {
    const lines = readFileSync(evidence('.log'), 'utf8').trim().split('\n');
    const id = String(answer.headers['x-request-id']);
    return lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line) as { level: number });
  }

  /** One after the other on one connection, so that a test may open a transaction. */
  async sql<Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const turn = this.lastQuery.then(() => this.client.query<Row>(text, values));
    this.lastQuery = turn.catch(() => {});
    return (await turn).rows;
  }

  /** Time passes: every instant of the user's sessions moves back. */
  async passTime(userId: string, interval: string): Promise<void> {
    await this.sql(
      `update sessions set created_at = created_at - $2::interval, authenticated_at = authenticated_at - $2::interval, last_seen_at = last_seen_at - $2::interval,
       idle_until = idle_until - $2::interval, expires_at = expires_at - $2::interval where user_id = $1`,
      [userId, interval],
    );
  }

  /** Every route of every OpenAPI document, as `GET /api/v1/profile`. */
  routes(): string[] {
    return documentsOf(this.app, this.environment).flatMap(({ document }) =>
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
      ),
    );
  }

  /** What a stranger gets at a route; path parameters are filled with an id. */
  async statusFor(route: string): Promise<number> {
    const [method, path] = route.split(' ') as ['GET', string];
    const url = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
    return (await this.request({ method, url })).statusCode;
  }

  async causes(userId: string): Promise<string[]> {
    const rows = await this.sql<{ cause: string }>(
      `select cause from session_events where user_id = $1 and type = 'session.ended' order by id`,
      [userId],
    );
    return rows.map(({ cause }) => cause);
  }
}

function templateOfWorker(): string {
  const urls = inject('templateUrls');
  return urls[Number(process.env['VITEST_POOL_ID'] ?? 0) % urls.length]!;
}

/** The head as it would be sent: injection sees the headers that were set one by one, and not the lines beside them. */
function headOf({ raw }: Answer): Record<string, string> {
  const lines = ((raw.res as { _header?: string })._header ?? '').split('\r\n').slice(1);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([^:]+): (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value!]];
    }),
  );
}

function evidence(kind: string): string {
  return join(inject('evidence'), `${process.pid}${kind}`);
}

/** From now on sweepers sweep only when a test says so: one that begins by itself holds the turn for a while. */
export function holdSweepers(): void {
  vi.spyOn(SessionSweeper.prototype, 'onApplicationBootstrap').mockImplementation(() => {});
}

/** Remembers secrets, so that the end of the run can look for them in the log. */
export function keep(...secrets: string[]): void {
  if (secrets.length > 0)
    appendFileSync(evidence('.secrets'), secrets.map((secret) => `${JSON.stringify(secret)}\n`).join(''));
}

function keepSecretsOf({ payload }: InjectOptions): void {
  if (typeof payload !== 'object' || payload === null || Buffer.isBuffer(payload)) return;
  const secrets = Object.entries(payload).filter(
    ([name, value]) => /password/i.test(name) && typeof value === 'string',
  );
  keep(...secrets.map(([, value]) => value as string));
}
