import { randomBytes } from 'node:crypto';
import type { InjectOptions } from 'light-my-request';
import { v7 as freshId } from 'uuid';
import { storedKey, type KeyKind } from '../../src/application/application-keys.js';
import { keep, PASSWORD, TestServer, type Answer } from '../server.js';

export const COOKIE = '__Secure-rested-access-token';
export const KEY = '0123456789abcdef0123456789abcdef';
export const AUTH = 'examples/auth';
export const ORIGIN = 'https://app.example.org';
export const NO_SESSION = { error: { status: 401, message: 'No live session. Log in.' } };

const ENDPOINTS = {
  [AUTH]: { kind: 'authentication' },
  'second/auth': { kind: 'authentication' },
  'examples/open': { kind: 'records' },
  'examples/notes': { kind: 'records', isSecure: true },
  'examples/shared': { kind: 'records', isSecure: true, isReadableByOthers: true },
};

type Headers = Record<string, string>;

/** A Rested project on a server of its own, as its clients see it. */
export class RestedProject {
  private constructor(
    readonly server: TestServer,
    readonly masterKey: string,
  ) {}

  static async start(settings: NodeJS.ProcessEnv = {}): Promise<RestedProject> {
    const server = await TestServer.start({ APPLICATION_KEY: KEY, ...settings });
    const project = new RestedProject(server, randomBytes(16).toString('hex'));
    await server.sql('update applications set is_registration_open = true, endpoints = $1', [ENDPOINTS]);
    await project.addKey('rested_master', project.masterKey);
    return project;
  }

  async addKey(kind: KeyKind, key: string, applicationId?: string): Promise<void> {
    if (kind === 'server' || kind === 'rested_master') keep(key);
    await this.server.sql(
      `insert into application_keys (application_id, kind, key)
       values (coalesce($3::uuid, (select id from applications order by created_at limit 1)), $1, $2)`,
      [kind, storedKey(kind, key), applicationId],
    );
  }

  /** Another project with the same endpoints, and its key. */
  async addProject(): Promise<{ id: string; key: string }> {
    const [id, key] = [freshId(), randomBytes(16).toString('hex')];
    await this.server.sql(
      `insert into applications (id, name, endpoints, is_registration_open, created_at) values ($1, 'Other', $2, true, now() + interval '1 hour')`,
      [id, ENDPOINTS],
    );
    await this.addKey('client', key, id);
    return { id, key };
  }

  /** What the application decides, until the next test says otherwise. */
  set(settings: string, values: unknown[] = []): Promise<unknown> {
    return this.server.sql(`update applications set ${settings}`, values);
  }

  async call(
    method: string,
    endpoint: string,
    query: string,
    { headers, payload }: Pick<InjectOptions, 'headers' | 'payload'> = {},
    key = KEY,
  ): Promise<Answer> {
    const url = `/api/1/ce/${endpoint}?key=${key}${query && `&${query}`}`;
    const answer = await this.server.request({
      method: method as 'GET',
      url,
      headers: headers ?? {},
      ...(payload !== undefined && { payload }),
    });
    keep(...((answer.headers.authorization ?? '').match(/cfs_[\w-]{20,}/g) ?? []));
    return answer;
  }

  get(query = '', headers: Headers = {}, endpoint = AUTH): Promise<Answer> {
    return this.call('GET', endpoint, query, { headers });
  }

  post(body: unknown, query = '', headers: Headers = {}, endpoint = AUTH): Promise<Answer> {
    return this.call('POST', endpoint, query, withJson(body, headers));
  }

  put(body: unknown, query: string, headers: Headers = {}, endpoint = AUTH): Promise<Answer> {
    return this.call('PUT', endpoint, query, withJson(body, headers));
  }

  delete(query: string, headers: Headers = {}, endpoint = AUTH): Promise<Answer> {
    return this.call('DELETE', endpoint, query, { headers });
  }

  logout(headers: Headers = {}, query = 'logout=true'): Promise<Answer> {
    return this.call('POST', AUTH, query, { headers });
  }

  /** Registers a user and answers their id. */
  async register(username: string, fields: object = {}, endpoint = AUTH): Promise<string> {
    const answer = await this.post({ username, password: PASSWORD, ...fields }, '', {}, endpoint);
    if (answer.statusCode !== 200) throw new Error(`register: ${answer.body}`);
    return answer.json<{ uniqueId: string }>().uniqueId;
  }

  login(username: string, headers: Headers = {}, query = 'login=true'): Promise<Answer> {
    return this.post({ username, password: PASSWORD }, query, headers);
  }

  /** Logs in: the cookie as a browser sends it, and the token in it. */
  async logIn(username: string): Promise<{ cookie: { cookie: string }; token: string }> {
    const answer = await this.login(username);
    if (answer.statusCode !== 200) throw new Error(`logIn: ${answer.body}`);
    const token = tokenOf(answer);
    return { cookie: { cookie: `${COOKIE}=${token}` }, token };
  }
}

export function withJson(body: unknown, headers: Headers = {}): Pick<InjectOptions, 'headers' | 'payload'> {
  keepPassword(body);
  return { headers: { 'content-type': 'application/json', ...headers }, payload: JSON.stringify(body) };
}

export function cookiesOf({ headers }: Answer): string[] {
  return [headers['set-cookie'] ?? []].flat();
}

export function tokenOf(answer: Answer): string {
  const [, token = ''] = /=(cfs_[\w-]+)/.exec(cookiesOf(answer).join('\n')) ?? [];
  keep(token);
  return token;
}

export function statusesOf(answers: Answer[]): number[] {
  return answers.map(({ statusCode }) => statusCode);
}

function keepPassword(body: unknown): void {
  const { password } = (body ?? {}) as { password?: unknown };
  if (typeof password === 'string') keep(password);
}
