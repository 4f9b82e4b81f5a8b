import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NodeProcess } from './node-process.js';
import { bearer, TestServer } from './server.js';

/** Whatever is written to it is answered as on a full disk. */
const FULL = '/dev/full';
const REQUESTS = 200;
/** A node starts slowly on a crowded machine. */
const PATIENCE_MS = 60_000;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-full-log-'));
});
afterAll(async () => {
  NodeProcess.killAll();
  await rm(folder, { recursive: true });
  await server.stop();
});

it.runIf(platform() === 'linux')(
  'every request answered, and a clean end, when the log cannot be written',
  { timeout: PATIENCE_MS },
  async () => {
    const { token } = await server.logIn('alice@example.test');
    const full = openSync(FULL, 'w');
    const settings = { DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'trace', LOG_FORMAT: 'json' };
    const node = await NodeProcess.boot(settings, folder, full);
    closeSync(full);
    await node.ready(PATIENCE_MS);

    const statuses = [];
    for (let count = 0; count < REQUESTS; count++) {
      const answer = await fetch(`${node.origin}/api/v1/auth/session`, bearer(token) as RequestInit);
      statuses.push(answer.status);
      await answer.arrayBuffer();
    }

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(node.output()).toBe('');
    node.child.kill('SIGTERM');
    expect(await node.exit).toBe(0);
  },
);
