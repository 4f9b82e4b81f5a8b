import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../raw-request.js';
import { keep, TestServer } from '../server.js';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const PLAIN = `
import { createCurfewClient } from 'curfew/client/plain';
const { CURFEW_URL: url, CURFEW_KEY: serviceKey, CURFEW_TOKEN: token } = process.env;
const principal = await createCurfewClient({ url, serviceKey }).check(token);
console.log(principal?.username);
`;
const TYPED = `
import { CurfewModule, CurfewGuard, Principal, Public, RequireRole, createCurfewClient } from 'curfew/client';
import { createCurfewClient as createPlainly, type CurfewClientOptions } from 'curfew/client/plain';
const options: CurfewClientOptions = { url: 'https://sessions.example', serviceKey: 'cfk_' + 'k'.repeat(64) };
export class Notes {
  @Public() @RequireRole('admin') read(@Principal() principal: Principal): string {
    return principal.username;
  }
}
export const both = [CurfewModule.forRoot({ ...options, cookie: 'sid' }), CurfewGuard];
export const name: string | undefined = (await createCurfewClient(options).check('none'))?.username;
// @ts-expect-error Without a key there is no client.
export const keyless = (): unknown => createPlainly({ url: 'https://sessions.example' });
console.log(name === undefined && typeof CurfewModule.forRoot);
`;

// What the example for Express takes for given.
const EXPRESS = `
import type { IncomingMessage } from 'node:http';
interface Reply { locals: Record<string, unknown>; set(name: string, value: string): Reply; status(code: number): Reply; end(): void }
declare const app: { use(handler: (request: IncomingMessage, response: Reply, next: () => void) => Promise<void>): void };
`;
// And that of a listener.
const EVENTS = `
declare const places: { last(): Promise<string>; keep(cursor: string): Promise<void> };
declare const sockets: { closeAllOf(sessionId: unknown): Promise<void> };
`;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-installed-'));
  await run(process.execPath, [join(ROOT, 'tools/pack-client.js'), folder]);
  const [archive] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${archive}`], { cwd: folder });
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
});

it('is one package, installed without a network; its plain part runs where there is nothing but Node', async () => {
  const url = `http://127.0.0.1:${await listen(server.app)}`;
  const [key, alice] = [await server.serviceKey(['introspect']), await server.logIn('alice@example.test')];
  keep(key);
  await writeFile(join(folder, 'plain.js'), PLAIN);
  const env = { PATH: process.env['PATH'], CURFEW_URL: url, CURFEW_KEY: key, CURFEW_TOKEN: alice.token };

  const { stdout } = await run(process.execPath, ['plain.js'], { cwd: folder, env });

  const installed = await readdir(join(folder, 'node_modules'));
  expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['curfew']);
  expect(stdout).toBe('alice@example.test\n');
});

it(
  'compiles and runs beside NestJS by the types that it brings along, as do the examples of the docs',
  { timeout: 60_000 },
  async () => {
    await mkdir(join(folder, 'node_modules/@types'));
    for (const name of ['@nestjs', 'reflect-metadata', 'rxjs', '@types/node'])
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    const page = await readFile(join(ROOT, 'docs/services.md'), 'utf8');
    const [nest = '', express = '', events = '', ...others] = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code]) => code!,
    );
    await writeFile(join(folder, 'typed.ts'), TYPED);
    await writeFile(join(folder, 'nest.ts'), nest);
    await writeFile(join(folder, 'express.ts'), EXPRESS + express);
    await writeFile(join(folder, 'events.ts'), EVENTS + events);
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--experimentalDecorators',
    ];
    const tsc = [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      ...options,
      '--types',
      'node',
      'typed.ts',
      'nest.ts',
      'express.ts',
      'events.ts',
    ];

    const compiled = await run(process.execPath, tsc, { cwd: folder }).catch((error: { stdout: string }) => error);
    const { stdout } = await run(process.execPath, ['typed.js'], { cwd: folder });

    expect([compiled.stdout, stdout, others]).toEqual(['', 'function\n', []]);
  },
);
