import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from './raw-request.js';
import { ADMIN, bearer, both, json, TestServer } from './server.js';

const TOOL = resolve(import.meta.dirname, '../tools/conform.js');

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await TestServer.start();
  url = `http://127.0.0.1:${await listen(server.app)}`;
});
afterAll(() => server.stop());

const AS_ADMIN: NodeJS.ProcessEnv = { ADMIN_PASSWORD: ADMIN.password };

async function conform(
  options: string[],
  variables = AS_ADMIN,
  onError: (text: string, stop: () => void) => void = () => {},
) {
  const { PATH, SystemRoot } = process.env;
  const child = spawn(process.execPath, [TOOL, '--url', url, ...options], { env: { PATH, SystemRoot, ...variables } });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    onError(errors, () => child.kill('SIGINT'));
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, errors };
}

async function left(): Promise<unknown> {
  return server.sql(
    `select (select count(*) from users) as users, (select count(*) from sessions) as sessions,
            (select count(*) from identities) as identities, (select count(*) from records) as records`,
  );
}

it('every step of every day passes, in a table that ends with their number; nothing is left behind', async () => {
  const before = await left();

  const { code, out } = await conform([]);

  expect(out).toMatch(/\n(\d+) of \1 steps passed\.\n$/);
  expect(out.match(/^(native|dittofi|backendless|rested|elvis)$/gm)).toEqual([
    'native',
    ...server.environment.CONTRACTS,
  ]);
  expect(out).toMatch(/^✓ {2}logout {2,}204 {2,}204 {2,}\d+\.\d$/m);
  expect([code, await left()]).toEqual([0, before]);
});

it('one contract alone, for machines, with an administrator’s token', async () => {
  const { token } = await server.logInAdmin();

  const { code, out } = await conform(['--contract', 'dittofi', '--json'], { CURFEW_TOKEN: token });

  const report = JSON.parse(out) as { passed: number; total: number; steps: { contract: string; ms: number }[] };
  expect([code, report.total]).toEqual([0, report.passed]);
  expect(new Set(report.steps.map(({ contract }) => contract))).toEqual(new Set(['dittofi']));
  expect(await server.statusOfSession(token)).toBe(200);
});

it('1 for an application whose wires do not answer as they should, naming what came; and nothing is left behind', async () => {
  const { token } = await server.logInAdmin();
  const made = await server.post(
    '/api/v1/admin/applications',
    both(bearer(token), json({ name: 'Elsewhere', hosts: ['elsewhere.example.test'] })),
  );
  const before = await left();

  const { code, out } = await conform(['--contract', 'dittofi', '--application', made.json<{ id: string }>().id]);

  expect(out).toMatch(/^✗ {2}login {2,}200 with the cookie {2,}403 without the cookie/m);
  expect([code, await left()]).toEqual([1, before]);
});

it('130 for Ctrl-C in the middle, and nothing is left behind', async () => {
  const before = await left();

  const { code, out } = await conform([], AS_ADMIN, (errors, stop) => {
    if (errors.endsWith('rested …\n')) stop();
  });

  expect([code, out, await left()]).toEqual([130, '', before]);
});

it.each([
  ['an unknown contract', ['--contract', 'other'], 2, /--contract other: there is native, dittofi/],
  ['an unknown option', ['--colour'], 2, /--colour/],
  ['no server', ['--url', 'http://127.0.0.1:9'], 1, /does not answer/],
])('one line and no stack for %s', async (_, options, code, line) => {
  const answer = await conform(options);

  expect([answer.code, answer.out]).toEqual([code, '']);
  expect(answer.errors).toMatch(line);
  expect(answer.errors.trim().split('\n')).toHaveLength(1);
});

it('one line for a wrong password', async () => {
  const { code, errors } = await conform([], { ADMIN_PASSWORD: 'not the password' });

  expect([code, errors]).toEqual([1, 'The administrator could not log in: The credentials were not accepted.\n']);
});
