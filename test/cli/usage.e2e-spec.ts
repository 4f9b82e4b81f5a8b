import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { printable } from '../../src/cli/printable.js';
import { tableOf } from '../../src/cli/table.js';
import { curfew } from './command.js';

// A test is several processes, each of which loads the command line anew.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'curfew-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = `cfk_${'k'.repeat(64)}`;

describe('help', () => {
  it('stands on stderr with exit code 2 where nothing was asked, and begins with the first steps', async () => {
    const { code, out, errors } = await curfew([]);

    expect([code, out]).toEqual([2, '']);
    expect(errors).toMatch(/^Usage: curfew /);
    expect(errors).toContain('$ curfew start');
  });

  it.each([[['help', 'sessions', 'end']], [['sessions', 'end', '--help']]])(
    '%j: options and examples, exit code 0',
    async (args) => {
      const { code, out, errors } = await curfew(args);

      expect([code, errors]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: curfew sessions end /);
      expect(out).toMatch(/--dry-run[^]+\nExamples:\n {2}\$ curfew sessions end --address/);
    },
  );

  it('the version is that of the package', async () => {
    const { code, out } = await curfew(['--version']);

    expect([code, out]).toEqual([0, '0.1.0\n']);
  });
});

describe('wrong usage is one line on stderr and exit code 2', () => {
  it.each([
    [['usres'], /unknown command 'usres' \(Did you mean users\?\)/],
    [['users', 'lst'], /unknown command 'lst' \(Did you mean list\?\)/],
    [['users', 'list', '--aplication', 'x'], /unknown option '--aplication' \(Did you mean --application\?\)/],
    [['users', 'add'], /missing required argument 'name'/],
    [['users', 'list', 'more'], /too many arguments/],
    [['users', 'list', '--limit', '0'], /whole number from 1/],
    [['keys', 'create', 'x'], /required option '--scope/],
    [['keys', 'create', 'x', '--scope', 'introspect,all'], /Allowed choices are introspect, /],
    [['keys', 'create', 'x', '--scope', 'admin', '--expires', 'soon'], /An instant such as/],
    [['sessions', 'list', '--idle-longer-than', 'long'], /A duration such as 30m/],
    [['logout'], /--user, --application or --everyone/],
    [['logout', '--everyone', '--user', 'x'], /--user, --application or --everyone/],
    [['logout', '--everyone'], /--reason is needed/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    [['users', 'list', '--url', 'http://127.0.0.1:9'], /For http:\/\/127\.0\.0\.1:9 a service key is needed/],
  ])('curfew %j', async (args, line) => {
    const { code, out, errors } = await curfew(args, { cwd: folder });

    expect([code, out, errors.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(errors).toMatch(/^curfew: /);
    expect(errors).toMatch(line);
  });

  it.each(['sessions.example.org', 'ftp://h', 'https://h/path', 'https://u:p@h'])('--url %s', async (url) => {
    const { code, errors } = await curfew(['users', 'list', '--url', url], { env: { CURFEW_KEY: KEY }, cwd: folder });

    expect([code, errors]).toEqual([2, expect.stringMatching(/^curfew: --url .+ an address such as https:/)]);
  });
});

describe('what cannot be done is one line on stderr and exit code 1', () => {
  it('no server there', async () => {
    const { code, out, errors } = await curfew(['users', 'list', '--url', 'http://127.0.0.1:9'], {
      env: { CURFEW_KEY: KEY },
    });

    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(
      /^curfew: http:\/\/127\.0\.0\.1:9 does not answer \(.+\)\. Start the server \(curfew start\), or name [^\n]+\n$/,
    );
  });

  it('what is no key is never shown', async () => {
    const { code, errors } = await curfew(['users', 'list'], { env: { CURFEW_KEY: 'canary-secret' }, cwd: folder });

    expect([code, errors]).toEqual([1, expect.stringMatching(/^curfew: CURFEW_KEY: what is there is no service key/)]);
    expect(errors).not.toContain('canary');
  });

  it('a file of a key that is not there', async () => {
    const { code, errors } = await curfew(['users', 'list', '--key-file', 'none'], { cwd: folder });

    expect([code, errors]).toEqual([1, 'curfew: --key-file none cannot be read (ENOENT).\n']);
  });

  it('a folder without a database, in which none is made', async () => {
    const { code, errors } = await curfew(['users', 'list'], { cwd: folder });

    expect(code).toBe(1);
    expect(errors).toMatch(/^curfew: There is no database in .+\.data\. Begin with `curfew start`/);
    expect(() => execFileSync('ls', [join(folder, '.data')], { stdio: 'ignore' })).toThrow('ls');
  });

  it('bad settings, in the words of the server', async () => {
    const { code, errors } = await curfew(['users', 'list'], { env: { PORT: 'x' }, cwd: folder });

    expect([code, errors]).toEqual([1, 'curfew: PORT: "x" is not a port from 1 to 65535\n']);
  });

  it('a database that does not answer', async () => {
    const { code, errors } = await curfew(['doctor', '--json'], {
      env: { DATABASE_URL: 'postgres://u:canary@127.0.0.1:9/d', PORT: '9' },
      cwd: folder,
    });

    expect([code, errors]).toEqual([1, '']);
  });
});

describe('completion', () => {
  it('bash offers what fits at the place, and is a script that bash accepts', async () => {
    const { code, out } = await curfew(['completion', 'bash']);
    const file = join(folder, 'completion.bash');
    writeFileSync(file, out);
    const offered = (...words: string[]): string => {
      const list = words.map((word) => `'${word}'`).join(' ');
      const script = `source ${file}; COMP_WORDS=(curfew ${list}); COMP_CWORD=${words.length}; _curfew; echo "\${COMPREPLY[*]}"`;
      return execFileSync('bash', ['-c', script]).toString().trim();
    };

    expect(code).toBe(0);
    expect([offered('us'), offered('users', 'dis'), offered('users', 'add', 'bob', '--pass')]).toEqual([
      'users',
      'disable',
      '--password --password-stdin',
    ]);
    expect(offered('completion', '')).toBe('bash zsh fish --help');
  });

  it.each([
    ['zsh', /^#compdef curfew\n/, '" users") compadd -- add list'],
    ['fish', /^# fish completion/, `complete -c curfew -n "__curfew_at ' users'" -f -a add`],
  ])('%s', async (shell, beginning, line) => {
    const { code, out } = await curfew(['completion', shell]);

    expect(code).toBe(0);
    expect(out).toMatch(beginning);
    expect(out).toContain(line);
  });
});

describe('a table', () => {
  it('shows control characters instead of obeying them', () => {
    const rows = [{ name: 'a\u001B[2Jb\nc\u202Ed' }];

    expect(tableOf({ name: ({ name }) => name }, rows)).toBe('NAME\na\\u001b[2Jb\\u000ac\\u202ed\n');
    expect(printable('é 漢 👩')).toBe('é 漢 👩');
  });
});

describe('from another folder', () => {
  it('runs by its own name, as installed', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    execFileSync('ln', ['-s', join(import.meta.dirname, '../../bin/curfew.js'), join(bin, 'curfew')]);

    const env = { PATH: `${bin}:${process.env['PATH']}` };

    expect(execFileSync('bash', ['--norc', '-c', 'curfew --version'], { env, cwd: folder }).toString()).toBe('0.1.0\n');
  });
});
