import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';

// A start waits up to 30 seconds for its server, which a busy disk may need.
vi.setConfig({ testTimeout: 45_000 });

const MODES = ['postgres.password', 'postgres.url', 'postgres.log'];
const started: EmbeddedPostgres[] = [];
const folders: string[] = [];
let directory: string;

beforeAll(async () => {
  directory = await makeFolder();
});

afterEach(async () => {
  for (const database of started.splice(0)) await database.stop();
});

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

describe('the database that comes along', () => {
  it('answers in UTF-8, on a fresh folder', async () => {
    const database = await start();

    expect(
      await ask(database, "select current_database() as name, current_setting('server_encoding') as encoding"),
    ).toEqual({
      name: 'curfew',
      encoding: 'UTF8',
    });
  });

  it('risks no committed row for speed', async () => {
    const database = await start();

    expect(
      await ask(
        database,
        "select string_agg(setting, ' ') as settings from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')",
      ),
    ).toEqual({ settings: 'on on on' });
  });

  it('keeps its data, stopped and started', async () => {
    const before = await start();
    await ask(before, "create table notes as select 'Grüße, 世界' as text");
    await before.stop();

    const after = await start();

    expect(await ask(after, 'select text from notes')).toEqual({ text: 'Grüße, 世界' });
  });

  it('is joined, where it already runs', async () => {
    const first = await start();

    const second = await start();

    expect(second.url).toBe(first.url);
  });

  it('runs on after the first of two left, and stops after the second', async () => {
    const [first, second] = [await start(), await start()];

    await first.stop();

    expect(await ask(second, 'select 1 as one')).toEqual({ one: 1 });
    await second.stop();
    await expect(ask(second, 'select 1 as one')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('stops, when both leave at the same moment', async () => {
    const [first, second] = [await start(), await start()];

    await Promise.all([first.stop(), second.stop()]);

    await expect(ask(first, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('runs on, while somebody else is connected', async () => {
    const database = await start();
    const visitor = await connect(database.url);

    await database.stop();

    expect((await visitor.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await visitor.end();
    await start(); // to be stopped with the others
  });

  it('stops once, told twice', async () => {
    const database = await start();

    await Promise.all([database.stop(), database.stop()]);

    await expect(database.stop()).resolves.toBeUndefined();
  });

  it('comes back with its data, after a crash', async () => {
    const before = await start();
    await ask(before, 'create table crashes as select 1 as count');
    process.kill(await readPid(), 'SIGKILL');

    const after = await start();

    expect(await ask(after, 'select count from crashes')).toEqual({ count: 1 });
  });

  it('comes back by itself and under the same address, when its server crashes while it is watched', async () => {
    const database = await start();
    const told: string[] = [];
    database.watch((line) => told.push(line));
    const url = database.url;

    process.kill(await readPid(), 'SIGKILL');

    await expect
      .poll(() => ask(database, 'select 1 as one').catch(() => undefined), { timeout: 10_000 })
      .toEqual({ one: 1 });
    expect([database.url, told]).toEqual([url, ['The embedded PostgreSQL ended; starting it again']]);
  });

  it('is stopped for good, also while it is being brought back', async () => {
    const database = await start();
    const told: string[] = [];
    database.watch((line) => told.push(line));
    process.kill(await readPid(), 'SIGKILL');
    await expect.poll(() => told, { interval: 1, timeout: 10_000 }).toHaveLength(1);

    await database.stop();

    await expect(readPid()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('comes back, when the process id of a crashed server has gone to another program', async () => {
    await (await start()).stop();
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(stranger, 'spawn');
    const lock = [stranger.pid, join(directory, 'postgres'), 1_700_000_000, 1, '', '127.0.0.1', '', 'ready', ''];
    await writeFile(join(directory, 'postgres', 'postmaster.pid'), lock.join('\n'));
    onTestFinished(() => void stranger.kill());

    const database = await start();

    expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  });

  it('runs once, when two start at the same moment on a fresh folder', async () => {
    const fresh = await makeFolder();

    const [first, second] = await Promise.all([start(fresh), start(fresh)]);

    expect(second.url).toBe(first.url);
    expect(await ask(first, 'select 1 as one')).toEqual({ one: 1 });
  });

  it('runs once, when four start at the same moment', async () => {
    const databases = await Promise.all([start(), start(), start(), start()]);

    expect(new Set(databases.map(({ url }) => url)).size).toBe(1);
  });

  it('asvs 13.3.2 shows password, URL and log to its owner alone', async () => {
    const { url } = await start();

    const modes = MODES.map(async (file) => (await stat(join(directory, file))).mode & 0o777);

    expect(await Promise.all(modes)).toEqual([0o600, 0o600, 0o600]);
    expect(await readFile(join(directory, 'postgres.url'), 'utf8')).toBe(`${url}\n`);
  });

  it('takes its URL away, stopped', async () => {
    await (await start()).stop();

    await expect(stat(join(directory, 'postgres.url'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a start is refused', () => {
  it('naming DATA_DIR, when that is a file', async () => {
    const file = join(await makeFolder(), 'file');
    await writeFile(file, '');

    await expect(start(file)).rejects.toThrow(`DATA_DIR ${file} is not a folder`);
  });

  it('naming both versions, when the cluster is of another', async () => {
    await exchange(join(directory, 'postgres', 'PG_VERSION'), '12\n');

    await expect(start()).rejects.toThrow(/made by PostgreSQL 12, and \d+ comes along/);
  });

  it('naming the password file, when it holds another password', async () => {
    const file = join(directory, 'postgres.password');
    await exchange(file, 'another');

    await expect(start()).rejects.toThrow(`refuses the password in ${file}`);
  });

  it('naming the password file, when that is missing', async () => {
    const file = join(directory, 'postgres.password');
    await exchange(file, 'gone');
    await rm(file);

    await expect(start()).rejects.toThrow(`${file}, cannot be read`);
  });

  it('with the words of the server, when that ends at once', async () => {
    await exchange(join(directory, 'postgres', 'postgresql.auto.conf'), "no_such_setting = 'on'\n");

    await expect(start()).rejects.toThrow('no_such_setting');
  });

  it('and nothing is touched, when something else is in the place of the cluster', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'diary.txt'), 'mine');

    await expect(start(folder)).rejects.toThrow('something else is there already');

    expect(await readdir(join(folder, 'postgres'))).toEqual(['diary.txt']);
  });
});

/** Open to every user: run as root, the server is another user. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  return folder;
}

async function start(folder = directory): Promise<EmbeddedPostgres> {
  const database = await EmbeddedPostgres.start(folder);
  started.push(database);
  return database;
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  return client;
}

async function ask({ url }: EmbeddedPostgres, sql: string): Promise<unknown> {
  const client = await connect(url);
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

/** Writes another text into a file until the test is over. */
async function exchange(file: string, text: string): Promise<void> {
  const before = await readFile(file);
  onTestFinished(() => writeFile(file, before));
  await writeFile(file, text);
}

/** Of the server these tests started. */
async function readPid(): Promise<number> {
  return Number.parseInt(await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}
