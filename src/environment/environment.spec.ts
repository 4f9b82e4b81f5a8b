import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readEnvironment, SettingError } from './environment.js';

const folder = mkdtempSync(join(tmpdir(), 'curfew-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (variables: NodeJS.ProcessEnv = {}) => readEnvironment(variables, '/nonexistent');
const refusal = (variables: NodeJS.ProcessEnv, file = '/nonexistent'): string => {
  try {
    readEnvironment(variables, file);
  } catch (error) {
    return error instanceof SettingError ? error.message : `not a SettingError: ${String(error)}`;
  }
  return 'accepted';
};
function envFile(text: string): string {
  const file = join(folder, '.env');
  writeFileSync(file, text);
  return file;
}

it('starts without a single setting', () => {
  expect(read()).toMatchObject({
    PORT: 3_000,
    HOST: '127.0.0.1',
    BASE_URL: 'http://127.0.0.1:3000',
    DATA_DIR: '.data',
    ADMIN_EMAIL: 'admin@localhost',
    SESSION_LIFETIME: 86_400_000,
    SESSION_IDLE: 3_600_000,
    CONTRACTS: ['dittofi', 'backendless', 'rested', 'elvis'],
    TRUST_PROXY: [],
    MIGRATE: 'on',
    LOG_LEVEL: 'info',
    NODE_ENV: 'development',
    isSecureContext: true,
  });
  expect(read().DATABASE_URL).toBeUndefined();
  expect(read().ADMIN_PASSWORD).toBeUndefined();
});

const UUID = '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80';

describe('a good value', () => {
  it.each([
    ['PORT', '1', 1],
    ['PORT', '65535', 65_535],
    ['HOST', '0.0.0.0', '0.0.0.0'],
    ['HOST', '::1', '::1'],
    ['DATABASE_URL', 'postgres://u:p@h:5432/d', 'postgres://u:p@h:5432/d'],
    ['DATABASE_URL', 'postgresql://h/d?sslmode=require', 'postgresql://h/d?sslmode=require'],
    [
      'DATABASE_URL',
      'postgres://u:p@a:1,b:2/d?target_session_attrs=primary',
      'postgres://u:p@a:1,b:2/d?target_session_attrs=primary',
    ],
    ['DATA_DIR', '/var/lib/curfew', '/var/lib/curfew'],
    ['BASE_URL', 'https://Sessions.Example.org/', 'https://sessions.example.org'],
    ['BASE_URL', 'https://sessions.example.org:443', 'https://sessions.example.org'],
    ['LOGIN_PAGE', 'https://www.example.org/login?lang=en', 'https://www.example.org/login?lang=en'],
    ['LOGIN_PAGE', 'http://localhost:5173', 'http://localhost:5173/'],
    ['ADMIN_EMAIL', 'root@example.org', 'root@example.org'],
    ['ADMIN_PASSWORD', 'eleven grey herons', 'eleven grey herons'],
    ['APPLICATION_ID', UUID.toUpperCase(), UUID],
    ['APPLICATION_KEY', 'first-application_1.0', 'first-application_1.0'],
    ['SESSION_LIFETIME', '400d', 34_560_000_000],
    ['SESSION_IDLE', '30m', 1_800_000],
    ['SESSION_IDLE', '1s', 1_000],
    ['CONTRACTS', 'none', []],
    ['CONTRACTS', ' dittofi ', ['dittofi']],
    ['TRUST_PROXY', '127.0.0.1, 10.0.0.0/8,fd00::/8', ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']],
    ['MIGRATE', 'off', 'off'],
    ['LOG_LEVEL', 'trace', 'trace'],
    ['LOG_FORMAT', 'json', 'json'],
    ['NODE_ENV', 'production', 'production'],
    ['PORT', '', 3_000],
  ])('%s=%s', (name, text, value) => {
    expect(read({ [name]: text })).toHaveProperty([name], value);
  });
});

const DURATION = 'a duration from 1s to 400d, such as 30m, 24h or 30d';
const RANGES = 'none, or addresses and CIDR ranges separated by commas, such as 10.0.0.0/8';

const PAGE = 'the address of a page such as https://www.example.org/login';

describe('a bad value is refused in one line that says what is allowed', () => {
  it.each([
    ['PORT', '0', 'a port from 1 to 65535'],
    ['PORT', '65536', 'a port from 1 to 65535'],
    ['PORT', '3000x', 'a port from 1 to 65535'],
    ['PORT', '0x10', 'a port from 1 to 65535'],
    ['HOST', 'a b', 'a host name or address to listen on'],
    ['DATA_DIR', '  ', 'a folder'],
    ['BASE_URL', 'sessions.example.org', 'an origin such as https://sessions.example.org, without path'],
    ['BASE_URL', 'https://h/path', 'an origin such as https://sessions.example.org, without path'],
    ['BASE_URL', 'https://user@h', 'an origin such as https://sessions.example.org, without path'],
    ['BASE_URL', 'javascript:alert(1)', 'an origin such as https://sessions.example.org, without path'],
    ['ADMIN_EMAIL', 'admin', 'an e-mail address'],
    ['APPLICATION_ID', '1', 'a UUID'],
    ['SESSION_LIFETIME', '24', DURATION],
    ['SESSION_LIFETIME', '0s', DURATION],
    ['SESSION_LIFETIME', '401d', DURATION],
    ['SESSION_IDLE', '-1h', DURATION],
    ['SESSION_IDLE', '1.5h', DURATION],
    ['SESSION_IDLE', '1w', DURATION],
    ['CONTRACTS', 'dittofi,dittofi', 'none, or any of dittofi, backendless, rested, elvis, separated by commas'],
    ['CONTRACTS', 'other', 'none, or any of dittofi, backendless, rested, elvis, separated by commas'],
    ['TRUST_PROXY', 'true', RANGES],
    ['TRUST_PROXY', '1', RANGES],
    ['TRUST_PROXY', '0.0.0.0/0', RANGES],
    ['TRUST_PROXY', '::/0', RANGES],
    ['TRUST_PROXY', 'loopback', RANGES],
    ['TRUST_PROXY', '127.0.0.1,', RANGES],
    ['LOGIN_PAGE', '/login', PAGE],
    ['LOGIN_PAGE', 'javascript:alert(1)', PAGE],
    ['LOGIN_PAGE', 'https://us@www.example.org/', PAGE],
    ['LOGIN_PAGE', 'https://www.example.org/#login', PAGE],
    ['LOGIN_PAGE', 'https://www.example.org/a b', PAGE],
    ['WEBHOOK_ALLOWED_ADDRESSES', '0.0.0.0/0', RANGES],
    ['WEBHOOK_ALLOWED_ADDRESSES', 'localhost', RANGES],
    ['MIGRATE', 'true', 'one of on, off'],
    ['LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, fatal, silent'],
    ['LOG_FORMAT', 'xml', 'one of json, pretty'],
    ['NODE_ENV', 'a b', 'a word such as production'],
  ])('%s=%s', (name, text, allowed) => {
    expect(refusal({ [name]: text })).toBe(`${name}: ${JSON.stringify(text)} is not ${allowed}`);
  });

  it('also where the value holds line breaks, or is long', () => {
    expect(refusal({ LOG_LEVEL: `a\nb${'x'.repeat(500)}` })).toMatch(/^LOG_LEVEL: "a\\nbx{70,80}" is not [^\n]{1,80}$/);
  });
});

describe('a secret is never shown', () => {
  it.each([
    ['ADMIN_PASSWORD', 'canary7', '8 to 1,024 characters'],
    ['APPLICATION_KEY', 'canary with spaces', '8 to 128 letters, digits, dots, hyphens or underscores'],
    [
      'DATABASE_URL',
      'mysql://root:canary@db/curfew',
      'a PostgreSQL address such as postgres://user:password@host:5432/database, with one host or several (host1:5432,host2:5432) whose primary is asked',
    ],
    [
      'DATABASE_URL',
      'postgres://root:canary@a:5432,b:99999/curfew',
      'a PostgreSQL address such as postgres://user:password@host:5432/database, with one host or several (host1:5432,host2:5432) whose primary is asked',
    ],
  ])('%s', (name, text, allowed) => {
    expect(refusal({ [name]: text })).toBe(`${name}: the value given is not ${allowed}`);
  });

  it('not even where its name is misspelt', () => {
    expect(refusal({ ADMIN_PASWORD: 'canary canary' })).toBe(
      'ADMIN_PASWORD: unknown setting; did you mean ADMIN_PASSWORD?',
    );
  });
});

describe('an unknown name', () => {
  it.each([
    ['SESION_IDLE', 'SESSION_IDLE'],
    ['SESSION_LIFE_TIME', 'SESSION_LIFETIME'],
    ['TRUST_PROXYS', 'TRUST_PROXY'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['DATABASE_URI', 'DATABASE_URL'],
  ])('%s in the process is a slip of the pen', (name, known) => {
    expect(refusal({ [name]: 'x' })).toBe(`${name}: unknown setting; did you mean ${known}?`);
  });

  it.each(['PATH', 'HOME', 'HOSTNAME', 'LANG', 'POST', 'npm_config_cache'])(
    '%s in the process is none of ours',
    (name) => {
      expect(refusal({ [name]: 'x' })).toBe('accepted');
    },
  );

  it('in the file is refused, with all that is known', () => {
    expect(refusal({}, envFile('COLOUR=red\n'))).toMatch(/^COLOUR: unknown setting; allowed: PORT, HOST, [A-Z_, ]+$/);
  });
});

describe('the file', () => {
  it('counts, and the process wins over it', () => {
    const file = envFile('PORT=4000\nSESSION_IDLE="15m" # a comment\n');

    expect(readEnvironment({ PORT: '5000' }, file)).toMatchObject({ PORT: 5_000, SESSION_IDLE: 900_000 });
  });

  it('is checked like the process', () => {
    expect(refusal({}, envFile('PORT=none\n'))).toBe('PORT: "none" is not a port from 1 to 65535');
  });
});

describe('settings together', () => {
  it.each([
    ['https anywhere', { BASE_URL: 'https://sessions.example.org', NODE_ENV: 'production' }, true],
    ['the loopback', { BASE_URL: 'http://localhost:3000', NODE_ENV: 'production' }, true],
    ['the loopback by number', { BASE_URL: 'http://127.8.9.1' }, true],
    ['the loopback of IPv6', { HOST: '::1' }, true],
    ['every address, asked as localhost', { HOST: '0.0.0.0' }, true],
    ['plain http elsewhere', { BASE_URL: 'http://sessions.example.org' }, false],
    ['plain http on a name that only looks like the loopback', { BASE_URL: 'http://127.0.0.1.e.example' }, false],
  ])('cookies and %s', (_, variables, isSecureContext) => {
    expect(read(variables).isSecureContext).toBe(isSecureContext);
  });

  it('asvs 12.2.1 plain http is refused in production', () => {
    expect(refusal({ BASE_URL: 'http://sessions.example.org', NODE_ENV: 'production' })).toBe(
      'BASE_URL: http://sessions.example.org is plain http; in production it must be an https origin',
    );
  });

  it.each([
    ['elsewhere', { LOGIN_PAGE: 'http://www.example.org/login' }],
    ['on this machine, in production', { LOGIN_PAGE: 'http://127.0.0.1:5173/login', NODE_ENV: 'production' }],
  ])('a login page of plain http is refused %s', (_, variables) => {
    expect(refusal(variables)).toBe(
      `LOGIN_PAGE: ${variables.LOGIN_PAGE} is plain http; it must be https, or in development on this machine`,
    );
  });

  it('asvs 2.2.3 an idle limit longer than the lifetime is refused', () => {
    expect(refusal({ SESSION_IDLE: '2h', SESSION_LIFETIME: '1h' })).toBe(
      'SESSION_IDLE: longer than SESSION_LIFETIME; it must be at most as long',
    );
  });
});
