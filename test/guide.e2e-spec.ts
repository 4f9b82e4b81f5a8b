import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HANDLING_MS, LIMITS } from '../src/app.setup.js';
import { LOGIN_BUDGETS } from '../src/auth/login-limits-statements.js';
import { BACKENDLESS_POLICY } from '../src/contracts/backendless/backendless.controller.js';
import { DittofiTerms } from '../src/contracts/dittofi/dittofi.controller.js';
import { ElvisTerms } from '../src/contracts/elvis/elvis-terms.js';
import { RestedTerms } from '../src/contracts/rested/rested-terms.js';
import { BACKGROUND_POOL_SIZE, BACKGROUND_TIMES, POOL_SIZE, POSTGRES_TIMES } from '../src/database/postgres.options.js';
import { CHECK_LANES } from '../src/database/store.js';
import { readEnvironment } from '../src/environment/environment.js';
import { LISTENERS } from '../src/features/events/event-listeners.js';
import type { SessionPolicy } from '../src/session/session-policy.js';
import { QUEUE } from '../src/user/bounded-queue.js';
import { WEBHOOK_LANES, WEBHOOK_PATIENCE } from '../src/webhook/webhook-courier.js';
import { WEBHOOK_ENDPOINTS } from '../src/webhook/webhook-worker.js';

const GUIDE = readFileSync('docs/operations.md', 'utf8');
const DEFAULTS = readEnvironment({}, '/nonexistent');

/** What stands under a heading of the guide, up to the next one. */
function section(heading: string): string {
  const [, text] = GUIDE.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (text === undefined) throw new Error(`The guide has no heading ${heading}.`);
  return text.split(/^#/m)[0]!.replaceAll(/\s+/g, ' ');
}

/** The rows of the first table under a heading, cell by cell, without the head. */
function table(heading: string): string[][] {
  const [, text = ''] = GUIDE.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const lines = text.split(/^#/m)[0]!.split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, place) => place > first && !line.startsWith('|'));
  return lines.slice(first + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const row = (heading: string, name: string): string =>
  table(heading)
    .find((cells) => cells.join(' ').startsWith(name))!
    .slice(1)
    .join(' ');
const hours = (text: string): number =>
  Number.parseFloat(text) * (/^[\d.]+ d/.test(text) ? 24 : text.includes('min') ? 1 / 60 : 1);
const seconds = (ms: number): string => `${ms / 1_000} s`;

describe('the guide for operators', () => {
  it('asvs 7.1.1 names the limits of sessions that the code has', () => {
    const policies: Record<string, SessionPolicy> = {
      'our own routes': { lifetimeMs: DEFAULTS.SESSION_LIFETIME, idleMs: DEFAULTS.SESSION_IDLE },
      Dittofi: new DittofiTerms(undefined as never).policy,
      Backendless: BACKENDLESS_POLICY,
      Rested: new RestedTerms().policy,
      Elvis: new ElvisTerms({ isSecure: true, isCrossSite: () => false }).policy,
    };

    const written = table('Session limits').map(([name, lifetime, idle]) => [name, hours(lifetime!), hours(idle!)]);

    expect(written).toEqual(
      Object.entries(policies).map(([name, { lifetimeMs, idleMs }]) => [
        name,
        lifetimeMs / 3_600_000,
        idleMs / 3_600_000,
      ]),
    );
    expect(section('Session limits')).toContain('NIST');
  });

  it('asvs 7.1.2 says what happens at a limit of parallel sessions, for each policy', () => {
    expect(table('Parallel sessions').map(([policy]) => policy)).toEqual(
      ['unlimited', 'newest_wins', 'first_wins', 'end_oldest', 'refuse'].map((policy) => `\`${policy}\``),
    );
    expect(BACKENDLESS_POLICY).toMatchObject({ limit: 1, atLimit: 'end_oldest' });
    expect(section('Parallel sessions')).toContain('one at a time on the Backendless wire, unlimited elsewhere');
  });

  it('asvs 7.1.3 says how other systems keep step', () => {
    expect(table('Other systems')).toHaveLength(3);
  });

  it('asvs 6.1.1 names the budgets of login that the code has', () => {
    const { windowMinutes, pair, address, name, knownDays } = LOGIN_BUDGETS;

    expect(section('Login limits')).toContain(
      `a window of ${windowMinutes} minutes: ${pair} for a name at one address, ${address} for an address (the /64 of IPv6), ${name} for a name from addresses from which it never logged in. A success costs nothing and makes the address known for ${knownDays} days`,
    );
    expect(section('Login limits')).toContain(
      `With ${QUEUE.maxWaiting} waiting, or after ${QUEUE.patienceMs / 1_000} seconds of waiting`,
    );
  });

  it('asvs 6.1.2 names the words that make no password', () => {
    const rules = readFileSync('src/user/password-rules.ts', 'utf8');
    const [, words = ''] = /OWN_WORDS = \[(.*)\]/.exec(rules) ?? [];

    const named = [...section('Passwords').matchAll(/`(\w+)`/g)].map(([, word]) => word);

    expect(named).toEqual(words.split(', ').map((word) => word.replaceAll("'", '')));
    expect(section('Passwords')).toMatch(/At least 8 characters.*At most 1,024 bytes/);
  });

  it('asvs 6.1.3 lists every way to log in', () => {
    expect(table('Ways to log in')).toHaveLength(6);
    for (const wire of DEFAULTS.CONTRACTS) expect(section('Ways to log in').toLowerCase()).toContain(wire);
  });

  it('asvs 13.1.1 13.1.2 13.1.3 names connections, how many, for how long, and how often it is tried again, as the code has it', () => {
    const { connectMs, statementMs, queryMs, idleInTransactionMs } = POSTGRES_TIMES;
    const all = WEBHOOK_ENDPOINTS * WEBHOOK_LANES;
    const wanted = [
      [
        `checks ${CHECK_LANES} `,
        `connect ${seconds(connectMs)}, statement ${seconds(statementMs)}, answer 1.5 s no: 503`,
      ],
      [
        `other requests ${POOL_SIZE} 503 after ${seconds(connectMs)}`,
        `connect ${seconds(connectMs)}, statement ${seconds(statementMs)}, answer ${seconds(queryMs)}, idle in transaction ${seconds(idleInTransactionMs)} no: 503`,
      ],
      [
        `background work ${BACKGROUND_POOL_SIZE} it waits ${seconds(BACKGROUND_TIMES.queryMs)}`,
        `statement ${seconds(BACKGROUND_TIMES.statementMs)}, answer ${seconds(BACKGROUND_TIMES.queryMs)} in the next round`,
      ],
      [
        `deliveries ${all}: ${WEBHOOK_ENDPOINTS} endpoints, ${WEBHOOK_LANES} each`,
        `connect ${seconds(WEBHOOK_PATIENCE.connectMs)}, in all ${seconds(WEBHOOK_PATIENCE.totalMs)}, body 2 s for three days`,
      ],
    ];

    const written = table('Connections').map(([, ...cells]) => cells.join(' '));

    expect(written).toHaveLength(5);
    for (const [place, [beginning, rest]] of wanted.entries()) {
      expect(written[place]).toMatch(new RegExp(`^${beginning}`));
      expect(written[place]).toContain(rest);
    }
  });

  it('asvs 2.1.2 2.1.3 names the limits that the code has, and what must fit together', () => {
    const { http, requestTimeout, keepAliveTimeout, bodyLimit } = LIMITS;

    expect(row('Limits in one table', "a request's headers")).toContain(`${http.maxHeaderSize / 1_024} KiB`);
    expect(row('Limits in one table', "a request's body")).toContain(`${bodyLimit / 1_024} KiB`);
    expect(row('Limits in one table', 'reading a request')).toBe(seconds(requestTimeout));
    expect(row('Limits in one table', 'handling it')).toContain(seconds(HANDLING_MS));
    expect(row('Limits in one table', 'an idle connection')).toBe(seconds(keepAliveTimeout));
    expect(row('Limits in one table', 'passwords being compared')).toBe(
      `one a core; ${QUEUE.maxWaiting} wait, at most ${seconds(QUEUE.patienceMs)}`,
    );
    expect(row('Limits in one table', 'listeners to events')).toBe(
      `${LISTENERS.ofANode.toLocaleString('en')} a node, ${LISTENERS.ofAKey.toLocaleString('en')} a key`,
    );
    expect(table('Input rules').length).toBeGreaterThan(4);
  });

  it('asvs 13.1.4 13.3.1 lists every setting that is a secret, and how it is changed', () => {
    const secrets = table('Secrets');

    for (const name of ['DATABASE_URL', 'ADMIN_PASSWORD', 'SIGNING_KEY_FILE'])
      expect(secrets.find(([cell]) => cell === `\`${name}\``)?.[3]).toMatch(/\w+/);
    for (const line of ['.env', '.data', '.git'])
      expect(readFileSync('.dockerignore', 'utf8').split('\n')).toContain(line);
    expect(readFileSync('.gitignore', 'utf8')).toMatch(/^\.env$/m);
    expect(readFileSync('compose.yaml', 'utf8')).not.toMatch(/PASSWORD: [\w'"]/);
  });

  it('asvs 14.1.1 14.1.2 gives every class of data its level, its place and its rule', () => {
    const classes = table('Data classes');

    expect(classes.length).toBeGreaterThan(9);
    for (const [name, level, place, rule] of classes) {
      expect([name, level]).toEqual([name, expect.stringMatching(/^(secret|personal|technical)$/)]);
      expect([place, rule]).not.toContain('');
    }
  });

  it('asvs 16.1.1 16.2.3 16.4.3 lists every log: what it holds, where it is, who reads it, for how long', () => {
    const logs = table('Logs');

    expect(logs.map(([name]) => name!.replace(/^\[(.*)\]\(.*\)$/, '$1'))).toEqual([
      "the node's log",
      'the audit log',
      'the event log',
      'the log of deliveries',
      "the embedded PostgreSQL's log",
    ]);
    for (const cells of logs) expect(cells.filter(Boolean)).toHaveLength(5);
    expect(section('Logs')).toContain('Send stdout to another machine');
  });

  it('asvs 4.1.2 12.2.1 the configurations to copy listen to TLS alone', () => {
    const nginx = ['docs/nginx.conf', 'docs/proxies/nginx.conf'].map((path) => readFileSync(path, 'utf8'));
    const haproxy = readFileSync('docs/proxies/haproxy.cfg', 'utf8');

    for (const text of nginx) {
      expect([...text.matchAll(/^\s*listen (.*);$/gm)].map(([, address]) => address)).toEqual(['443 ssl']);
      expect(text).not.toMatch(/return 30\d https:/);
    }
    expect([...haproxy.matchAll(/^\s*bind (.*)$/gm)].map(([, address]) => address)).toEqual([
      expect.stringMatching(/^:443 ssl /),
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    ]);
    expect(section('TLS')).toMatch(/TLS 1\.2 and 1\.3 alone.*sslmode=verify-full/);
  });
});

it('README, SECURITY.md and the guide lead to one another', () => {
  expect(readFileSync('README.md', 'utf8')).toContain('(SECURITY.md)');
  expect(readFileSync('SECURITY.md', 'utf8')).toContain('(docs/asvs.md)');
});
