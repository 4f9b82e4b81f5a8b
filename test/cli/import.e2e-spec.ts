import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listen } from '../raw-request.js';
import { TestServer } from '../server.js';
import { curfew, type Running } from './command.js';

// A test is several processes, each of which loads the command line anew.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'curfew-cli-'));
let server: TestServer;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await TestServer.start();
  const key = await server.serviceKey(['users']);
  env = { CURFEW_URL: `http://127.0.0.1:${await listen(server.app)}`, CURFEW_KEY: key };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

const ask = (args: string[], running: Running = {}) =>
  curfew(['users', 'import', ...args], { env, cwd: folder, ...running });
const usersNamed = async (prefix: string): Promise<number> =>
  (await server.sql('select from users where username like $1', [`${prefix}%`])).length;

function fileOf(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return name;
}

const line = (username: string): string => JSON.stringify({ username });

it('every good line, and each refused one by its own number in the file', async () => {
  const lines = Array.from({ length: 2_500 }, (_, place) => line(`many-${place}`));
  lines[4] = '';
  lines[9] = '{ broken';
  lines[1_704] = line('many-3');

  const { code, out } = await ask([fileOf('many.ndjson', lines), '--json']);

  const report = JSON.parse(out) as { imported: number; refused: number; faults: { line: number; message: string }[] };
  expect([code, report.imported, report.refused]).toEqual([1, 2_497, 2]);
  expect(report.faults.map(({ line: number }) => number)).toEqual([10, 1_705]);
  expect(await usersNamed('many-')).toBe(2_497);
});

it('a line ends with a line feed alone, is sent byte for byte, and holds no more than 16,384 bytes', async () => {
  const file = join(folder, 'odd.ndjson');
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from(`{"username":"odd-1","properties":{"note":"one\u2028line"}}\n`),
      Buffer.from('{"username":"odd-\u00ff"}\n', 'latin1'),
      Buffer.from(`{"username":"odd-2","properties":{"note":"${'x'.repeat(16_384)}"}}\n`),
      Buffer.from('{"username":"odd-3"}'),
    ]),
  );

  const { code, out } = await ask([file, '--json']);

  expect([code, JSON.parse(out)]).toEqual([
    1,
    {
      imported: 2,
      refused: 2,
      lines: 4,
      faults: [
        { line: 2, field: '', message: 'The line is not JSON.' },
        { line: 3, field: '', message: 'The line is longer than 16,384 bytes.' },
      ],
    },
  ]);
});

it('a table of what was refused, for people', async () => {
  const { code, out } = await ask([fileOf('few.ndjson', [line('few-1'), line('few-1')])]);

  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/^LINE {2}FIELD +WHY\n2 +username +.+\n1 user imported, 1 refused\.\n$/),
  ]);
});

it('from stdin, exit code 0 where nothing was refused', async () => {
  const { code, out } = await ask(['-'], { input: `${line('piped-1')}\r\n\r\n${line('piped-2')}` });

  expect([code, out]).toEqual([0, '2 users imported, 0 refused.\n']);
});

it('repeating goes on where it was stopped: who is there stays', async () => {
  const file = fileOf('again.ndjson', [line('again-1'), line('again-2')]);
  await ask([fileOf('part.ndjson', [line('again-1')])]);

  const { code, out } = await ask([file, '--json']);

  expect([code, JSON.parse(out)]).toEqual([1, expect.objectContaining({ imported: 1, refused: 1 })]);
  expect(await usersNamed('again-')).toBe(2);
});

it('130 for Ctrl-C between two calls, and says how far it came', async () => {
  const lines = Array.from({ length: 60_000 }, (_, place) => line(`cut-${place}`));
  const file = fileOf('cut.ndjson', lines);
  let child: { kill: (signal: 'SIGINT') => boolean } | undefined;
  const running = ask([file], { onStart: (started) => (child = started) });
  await expect.poll(() => usersNamed('cut-'), { timeout: 15_000 }).toBeGreaterThan(0);
  child!.kill('SIGINT');

  const { code, out, errors } = await running;

  const [, imported] =
    /Interrupted: ([\d,]+) users imported and 0 refused, up to line [\d,]+\. Run it again/.exec(errors) ?? [];
  expect([code, out]).toEqual([130, '']);
  expect(Number(imported!.replaceAll(',', ''))).toBe(await usersNamed('cut-'));
});

it.each([
  ['a file that is not there', 'none.ndjson', /none\.ndjson cannot be read \(ENOENT\)/],
  ['a folder', '.', /\. is no file/],
])('one line for %s', async (_, path, words) => {
  const { code, out, errors } = await ask([path]);

  expect([code, out, errors.trim().split('\n').length]).toEqual([1, '', 1]);
  expect(errors).toMatch(words);
});
