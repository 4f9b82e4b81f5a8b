import { randomBytes } from 'node:crypto';
import { v7 as freshId } from 'uuid';
import { storedKey, type KeyKind } from '../../src/application/application-keys.js';
import { keep, PASSWORD, type Answer, type TestServer } from '../server.js';

/** An application on this wire: its base address by path, and one address for each kind of key. */
export interface BackendlessApp {
  id: string;
  key: string;
  base: string;
  keyOf(kind: KeyKind): Promise<string>;
}

export interface Known {
  objectId: string;
  'user-token': string;
  [property: string]: unknown;
}

/** A new application with one key; columns as in its row. */
export async function newApp(server: TestServer, columns: Record<string, unknown> = {}): Promise<BackendlessApp> {
  const id = freshId();
  const row: Record<string, unknown> = {
    id,
    name: 'Backendless app',
    is_registration_open: true,
    is_guest_allowed: true,
    created_at: new Date(Date.now() + 3_600_000),
    ...columns,
  };
  const names = Object.keys(row);
  await server.sql(
    `insert into applications (${names.join(', ')}) values (${names.map((_, place) => `$${place + 1}`).join(', ')})`,
    Object.values(row),
  );
  const keyOf = async (kind: KeyKind): Promise<string> => {
    const key = randomUuid();
    if (kind === 'server') keep(key);
    await server.sql('insert into application_keys (application_id, key, kind) values ($1, $2, $3)', [
      id,
      storedKey(kind, key),
      kind,
    ]);
    return key;
  };
  const key = await keyOf('rest');
  return { id: id.toUpperCase(), key, base: `/${id.toUpperCase()}/${key}`, keyOf };
}

function randomUuid(): string {
  return randomBytes(16)
    .toString('hex')
    .toUpperCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Registers by this wire. */
export async function register(
  server: TestServer,
  base: string,
  fields: object,
  headers: Record<string, string> = {},
): Promise<Known> {
  const answer = await server.post(`${base}/users/register`, { headers, payload: { password: PASSWORD, ...fields } });
  if (answer.statusCode !== 200) throw new Error(`register: ${answer.body}`);
  return answer.json<Known>();
}

export function logIn(server: TestServer, base: string, login: unknown, password: unknown = PASSWORD): Promise<Answer> {
  return server.post(`${base}/users/login`, { payload: { login, password } });
}

/** A user who was registered and logged in just now. */
export async function someone(server: TestServer, base: string): Promise<Known & { email: string }> {
  const email = `${randomBytes(6).toString('hex')}@example.test`;
  await register(server, base, { email });
  const answer = await logIn(server, base, email);
  if (answer.statusCode !== 200) throw new Error(`someone: ${answer.body}`);
  return answer.json<Known & { email: string }>();
}

export const withToken = (token: string): { headers: Record<string, string> } => ({ headers: { 'user-token': token } });

export const isValid = async (server: TestServer, base: string, token: string): Promise<string> =>
  (await server.get(`${base}/users/isvalidusertoken/${token}`)).body;

/** Status, code and `errorData` of a refusal; the message is told apart where the wire fixes it. */
export function refusal(answer: Answer): [status: number, code: number, errorData: object] {
  const { code, message, errorData } = answer.json<{ code: number; message: string; errorData: object }>();
  if (typeof message !== 'string' || message === '') throw new Error(`no message: ${answer.body}`);
  return [answer.statusCode, code, errorData];
}

export const refused = (status: number, code: number): [number, number, object] => [status, code, {}];

export const dead = (token: string): object => ({
  code: 3064,
  message: `Not existing user token - ${token}. Relogin user to update your user token`,
  errorData: {},
});
