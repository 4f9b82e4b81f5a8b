import Backendless from 'backendless';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatabaseProxy } from '../database-proxy.js';
import { listen } from '../raw-request.js';
import { keep, PASSWORD, TestServer } from '../server.js';
import { newApp, type BackendlessApp } from './backendless.js';

type Sdk = typeof Backendless;
interface SdkUser {
  objectId: string;
  email: string;
  name: string | null;
  [property: string]: unknown;
}

const HOME = '019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F80';
const HOME_KEY = 'B1946AC9-2492-4D23-8F5B-0C6A1E1B5D0F';
const NEXT_PASSWORD = 'seven silent owls at midnight';

let server: TestServer;
let serverURL: string;
let app: BackendlessApp;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_ID: HOME.toLowerCase(), APPLICATION_KEY: HOME_KEY });
  serverURL = `http://127.0.0.1:${await listen(server.app)}`;
  app = await newApp(server);
  await server.sql('update applications set is_registration_open = true, is_guest_allowed = true');
  keep(NEXT_PASSWORD);
});
beforeEach(async () => {
  vi.spyOn(console, 'error');
  await server.sql('delete from login_attempts');
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => server.stop());

/** One client; each has a memory of its own. */
function start(options: object): Sdk {
  return Backendless.initApp({ ...options, standalone: true }) as unknown as Sdk;
}
const byPath = (of: Pick<BackendlessApp, 'id' | 'key'> = app): Sdk =>
  start({ serverURL, appId: of.id, apiKey: of.key });
const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (result) => ({ result: result ?? null }),
    ({ code, status }: { code: unknown; status: unknown }) => ({ code, status }),
  );
const tokenIn = (sdk: Sdk): string | null => {
  const token = (sdk as unknown as { getCurrentUserToken(): string | null }).getCurrentUserToken();
  if (token) keep(token);
  return token;
};
let count = 0;
const freshEmail = (): string => `sdk-${count++}@example.test`;
async function someone(sdk: Sdk): Promise<SdkUser> {
  const email = freshEmail();
  await sdk.UserService.register({ email, password: PASSWORD });
  const user = await sdk.UserService.login<SdkUser>(email, PASSWORD);
  tokenIn(sdk);
  return user;
}

describe.each([
  ['by application id and key', () => ({ serverURL, appId: HOME, apiKey: HOME_KEY })],
  ['by domain', () => ({ domain: serverURL })],
])('the JavaScript SDK, %s', (_, optionsOf) => {
  it('a whole day: init, register, log in, be known, update, log out', async () => {
    const sdk = start(optionsOf());
    const email = freshEmail();

    const info = await (sdk as unknown as { appInfoPromise(): Promise<object> }).appInfoPromise();
    const registered = await sdk.UserService.register<object>({ email, password: PASSWORD, city: 'Rome' });
    const stranger = await sdk.UserService.getUserRoles();
    const loggedIn = await sdk.UserService.login<SdkUser>(email, PASSWORD);
    const token = tokenIn(sdk);
    const isValid = await sdk.UserService.isValidLogin();
    const roles = await sdk.UserService.getUserRoles();
    const reloaded = await sdk.UserService.getCurrentUser<SdkUser>(true);
    const updated = await sdk.UserService.update<SdkUser>({ ...reloaded, name: 'Ann' });
    await sdk.UserService.logout();

    expect(info).toMatchObject({ appId: HOME, loggers: [] });
    expect(registered).toMatchObject({ email, city: 'Rome', objectId: loggedIn.objectId });
    expect(registered).not.toHaveProperty('password');
    expect([stranger, roles]).toEqual([
      ['NotAuthenticatedUser', 'RestUser'],
      ['AuthenticatedUser', 'RestUser'],
    ]);
    expect([isValid, reloaded.email, reloaded['user-token'], updated.name]).toEqual([true, email, token, 'Ann']);
    expect([tokenIn(sdk), await sdk.UserService.getCurrentUser(), await sdk.UserService.isValidLogin()]).toEqual([
      null,
      null,
      false,
    ]);
    expect(console.error).not.toHaveBeenCalled();
  });

  it('logs out without a token, and again after a logout', async () => {
    const sdk = start(optionsOf());
    await someone(sdk);
    await sdk.UserService.logout();

    expect(await outcome(sdk.UserService.logout())).toEqual({ result: null });
  });
});

describe('the JavaScript SDK', () => {
  it('a session that ended meanwhile: logout rejects with 3064, and the SDK has forgotten the user', async () => {
    const sdk = byPath();
    const { objectId } = await someone(sdk);
    await server.sql('delete from sessions where user_id = $1', [objectId]);

    const [isValid, roles, reload] = [
      await sdk.UserService.isValidLogin(),
      await outcome(sdk.UserService.getUserRoles()),
      await outcome(sdk.UserService.getCurrentUser(true)),
    ];
    const logout = await outcome(sdk.UserService.logout());

    expect([isValid, roles, reload, logout]).toEqual([
      false,
      { code: 3064, status: 400 },
      { code: 3064, status: 400 },
      { code: 3064, status: 400 },
    ]);
    expect([tokenIn(sdk), await sdk.UserService.getCurrentUser()]).toEqual([null, null]);
  });

  it('a store that does not answer: logout rejects with 3023, and the SDK has forgotten a session that lives', async () => {
    const proxy = await DatabaseProxy.start(server.databaseUrl);
    const { app: node } = await TestServer.node(proxy.url);
    const sdk = start({ serverURL: `http://127.0.0.1:${await listen(node)}`, appId: app.id, apiKey: app.key });
    await someone(sdk);
    const token = tokenIn(sdk)!;
    proxy.refuse();

    const logout = await outcome(sdk.UserService.logout());
    proxy.heal();

    expect([logout, tokenIn(sdk), await sdk.UserService.getCurrentUser()]).toEqual([
      { code: 3023, status: 500 },
      null,
      null,
    ]);
    expect((await server.get(`${app.base}/users/isvalidusertoken/${token}`)).body).toBe('true');
    await node.close();
    proxy.stop();
  });

  it('a dead token at start-up: the SDK drops it, asks again, and goes on as a stranger', async () => {
    const sdk = byPath();
    const { objectId } = await someone(sdk);
    const client = sdk as unknown as { appInfoPromise(reset: boolean): Promise<object> };
    await server.sql('delete from sessions where user_id = $1', [objectId]);

    // The SDK asks again, and forgets to resolve this promise with the second answer.
    void client.appInfoPromise(true);

    await expect.poll(() => tokenIn(sdk)).toBeNull();
    expect(await sdk.UserService.getUserRoles()).toEqual(['NotAuthenticatedUser', 'RestUser']);
    expect(console.error).not.toHaveBeenCalled();
  });

  it('a disabled user: login 3090, and logout rejects with 3090 and forgets', async () => {
    const sdk = byPath();
    const { objectId, email } = await someone(sdk);
    await server.sql(`update users set status = 'disabled' where id = $1`, [objectId]);

    const logout = await outcome(sdk.UserService.logout());
    const login = await outcome(sdk.UserService.login(email, PASSWORD));

    expect([logout, login, tokenIn(sdk)]).toEqual([{ code: 3090, status: 403 }, { code: 3090, status: 403 }, null]);
  });

  it.each<[string, () => { id: string; key: string }, number]>([
    ['wrong application', () => ({ id: '019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81', key: app.key }), 2002],
    ['wrong key', () => ({ id: app.id, key: HOME_KEY }), 2002],
    ['malformed application id', () => ({ id: 'nothing', key: app.key }), 3007],
  ])('%s: every call rejects with the code, and a logged-in client keeps its session', async (_, named, code) => {
    vi.mocked(console.error).mockImplementation(() => {});
    const right = byPath();
    const { email } = await someone(right);
    const sdk = byPath(named());

    const outcomes = [
      await outcome(sdk.UserService.login(email, PASSWORD)),
      await outcome(sdk.UserService.logout()),
      await outcome(sdk.UserService.getUserRoles()),
    ];

    expect(outcomes).toEqual(outcomes.map(() => ({ code, status: 400 })));
    expect(await right.UserService.isValidLogin()).toBe(true);
  });

  it('wrong password and unknown user: 3003; taken identity: 3033; nothing to register: 3011', async () => {
    const sdk = byPath();
    const { email } = await someone(sdk);

    const outcomes = [
      await outcome(sdk.UserService.login(email, 'not it at all')),
      await outcome(sdk.UserService.login('nobody', PASSWORD)),
      await outcome(sdk.UserService.register({ email, password: PASSWORD })),
      await outcome(sdk.UserService.register(new Backendless.User())),
      await outcome(sdk.UserService.login('019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F81')),
    ];

    expect(outcomes.map((each) => (each as { code: number }).code)).toEqual([3003, 3003, 3033, 3011, 2014]);
  });

  it('multiple logins off, newest wins: the first client is told false, the second true', async () => {
    const [first, second] = [byPath(), byPath()];
    const { email } = await someone(first);
    await second.UserService.login(email, PASSWORD);
    [first, second].map(tokenIn);

    expect([await first.UserService.isValidLogin(), await second.UserService.isValidLogin()]).toEqual([false, true]);
  });

  it.each<[string, object, number[]]>([
    ['first wins: 3002', { session_limit: 1, at_session_limit: 'refuse' }, [3002]],
    ['at most two: 3044', { session_limit: 2, at_session_limit: 'refuse' }, [0, 3044]],
  ])('%s, and those before live on', async (_, columns, expected) => {
    const limited = await newApp(server, columns as Record<string, unknown>);
    const clients = [byPath(limited), ...expected.map(() => byPath(limited))];
    const { email } = await someone(clients[0]!);

    const codes = [];
    for (const client of clients.slice(1)) {
      const { code = 0 } = (await outcome(client.UserService.login(email, PASSWORD))) as { code?: number };
      codes.push(code);
    }

    expect(codes).toEqual(expected);
    for (const client of clients.slice(0, -1)) expect(await client.UserService.isValidLogin()).toBe(true);
  });

  it('a guest logs in, registers and stays the same user', async () => {
    const sdk = byPath();
    const email = freshEmail();

    const guest = await sdk.UserService.loginAsGuest<SdkUser>();
    const isValid = await sdk.UserService.isValidLogin();
    const user = await sdk.UserService.register<object>({ objectId: guest.objectId, email, password: PASSWORD });
    const loggedIn = await sdk.UserService.login<SdkUser>(email, PASSWORD);
    tokenIn(sdk);

    expect([guest['userStatus'], isValid, user, loggedIn.objectId]).toMatchObject([
      'GUEST',
      true,
      { userStatus: 'ENABLED' },
      guest.objectId,
    ]);
  });

  it('updates of the caller’s own user, password included; a neighbour is 3029', async () => {
    const [sdk, neighbour] = [byPath(), byPath()];
    const [own, other] = [await someone(sdk), await someone(neighbour)];

    const updated = await sdk.UserService.update<SdkUser>({ ...own, password: NEXT_PASSWORD });
    const outcomes = [
      await outcome(sdk.UserService.update({ ...other, name: 'x' })),
      await outcome(byPath().UserService.update({ objectId: own.objectId, name: 'x' })),
      await outcome(sdk.UserService.update({ objectId: 'nobody', name: 'x' })),
    ];
    const again = await sdk.UserService.login<SdkUser>(own.email, NEXT_PASSWORD);
    tokenIn(sdk);

    expect([updated.objectId, again.objectId]).toEqual([own.objectId, own.objectId]);
    expect(outcomes).toEqual([
      { code: 3029, status: 403 },
      { code: 3028, status: 401 },
      { code: 3030, status: 400 },
    ]);
  });

  it('describes the user class, restores and verifies passwords, and writes its log', async () => {
    const sdk = byPath();
    const { email } = await someone(sdk);
    const logger = sdk.Logging.getLogger('test');
    logger.info('something happened');

    const columns = (await sdk.UserService.describeUserClass()) as { name: string }[];
    const verified = [
      await sdk.UserService.verifyPassword(PASSWORD),
      await sdk.UserService.verifyPassword('not it at all'),
    ];
    const restored = [
      await outcome(sdk.UserService.restorePassword(email)),
      await outcome(sdk.UserService.restorePassword('nobody@example.test')),
    ];
    const flushed = await outcome((sdk.Logging as unknown as { flush(): Promise<unknown> }).flush());

    expect(columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['email', 'created', 'updated', 'objectId']),
    );
    expect(verified).toEqual([true, false]);
    expect(restored.map((each) => Object.keys(each as object))).toEqual([['result'], ['result']]);
    expect(flushed).toHaveProperty('result');
  });

  it('what is out of scope rejects with a code, and the session lives', async () => {
    const sdk = byPath();
    const { objectId, email } = await someone(sdk);

    const outcomes = [
      await outcome(sdk.UserService.assignRole(email, 'Editor')),
      await outcome(sdk.UserService.resendEmailConfirmation(email)),
      await outcome(sdk.UserService.disableUser(objectId)),
      await outcome(sdk.UserService.getUserRoles(objectId)),
    ];

    expect(outcomes).toEqual([
      { code: 1000, status: 404 },
      { code: 1000, status: 404 },
      { code: 1000, status: 404 },
      { code: 2014, status: 403 },
    ]);
    expect(await sdk.UserService.isValidLogin()).toBe(true);
  });
});

describe('a client that stays logged in over its restarts', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curfew-sdk-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = promisify(execFile);
  const SCRIPT = join(import.meta.dirname, 'backendless-sdk-process.js');
  async function restart(file: string, options: object, ...words: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await run(process.execPath, [SCRIPT, join(folder, file), JSON.stringify(options), ...words]);
    keep(...(stdout.match(/cfs_[\w-]{20,}/g) ?? []));
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it.each([
    ['path', () => ({ serverURL, appId: HOME, apiKey: HOME_KEY })],
    ['domain', () => ({ domain: serverURL })],
  ])('%s form: known after a restart, and a stranger after logout and restart', async (form, optionsOf) => {
    const email = freshEmail();
    await start(optionsOf()).UserService.register({ email, password: PASSWORD });

    const loggedIn = await restart(form, optionsOf(), 'logIn', email, PASSWORD);
    const known = await restart(form, optionsOf(), 'look');
    const loggedOut = await restart(form, optionsOf(), 'logOut');
    const stranger = await restart(form, optionsOf(), 'look');

    expect([loggedIn, known, loggedOut, stranger]).toMatchObject([
      { result: { email }, stored: ['stayLoggedIn', 'user-token', 'current-user-id'] },
      { result: { isValid: true, user: { email }, roles: ['AuthenticatedUser', 'RestUser'] } },
      { result: null, stored: [] },
      { result: { isValid: false, user: null, roles: ['NotAuthenticatedUser', 'RestUser'] } },
    ]);
  });

  it('a session that ended while the client was away: it starts, is told false, and its logout forgets', async () => {
    const options = { serverURL, appId: HOME, apiKey: HOME_KEY };
    const email = freshEmail();
    const { objectId } = (await start(options).UserService.register<object>({ email, password: PASSWORD })) as SdkUser;
    await restart('away', options, 'logIn', email, PASSWORD);
    await server.passTime(objectId, '2 hours');

    const logout = await restart('away', options, 'logOut');

    expect(logout).toEqual({ code: 3064, status: 400, stored: [] });
  });
});
