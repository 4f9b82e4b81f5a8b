import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedStatement } from '../src/database/shared-statement.js';
import { METRICS } from '../src/metrics/metrics.js';
import { SessionEndings } from '../src/session/session-endings.js';
import { SessionToken } from '../src/session/session-token.js';
import { DatabaseProxy } from './database-proxy.js';
import { answerBeforeCommit } from './defects/answer-before-commit.js';
import { joinInFlight } from './defects/join-in-flight.js';
import { rememberAnswers } from './defects/remember-answers.js';
import { HttpDoor } from './http-door.js';
import { LogoutRaces, type RacedSession } from './logout-races.js';
import { listen } from './raw-request.js';
import { keep, TestServer } from './server.js';
import { makeTenant, makeUser, WIRE_CLIENTS, type Tenant } from './wires.js';

/** Two nodes on one database, each behind a proxy of its own that holds answers back. */
const NODES = 2;
const JITTER_MS = 60;
const RACES_AT_A_TIME = 10;
/** So many that logouts wait for their turn: one that is answered before it is sent is met by checks, also on a busy machine. */
const CROWD = 40;
const CHECKS = 4_000;
/** What proves that a race took place: checks close behind a logout on each wire, answers that were late, statements that were shared. */
const CLOSE_MS = 20;
const CLOSE_CHECKS = 60;
const LATE_ANSWERS = 300;
const RIDERS = 2;
const DEFECT_PATIENCE_MS = 45_000;

const seed = process.env['JITTER_SEED'] ?? randomBytes(8).toString('hex');
let turn = 0;
/** From 0 to 1; the same sequence for the same seed. */
const random = (): number => createHash('sha256').update(`${seed} ${turn++}`).digest().readUInt32BE() / 2 ** 32;

let server: TestServer;
let proxies: DatabaseProxy[];
let apps: Awaited<ReturnType<typeof TestServer.node>>['app'][];
let doors: HttpDoor[];
let tenant: Tenant;
let userId: string;
beforeAll(async () => {
  server = await TestServer.start();
  proxies = await Promise.all(Array.from({ length: NODES }, () => DatabaseProxy.start(server.databaseUrl)));
  apps = await Promise.all(proxies.map(async ({ url }) => (await TestServer.node(url)).app));
  doors = await Promise.all(apps.map(async (app) => new HttpDoor(`http://127.0.0.1:${await listen(app)}`)));
  tenant = await makeTenant(server, 'jitter');
  userId = await makeUser(server, tenant, 'alice@example.test');
  for (const proxy of proxies) proxy.holdBack(() => random() * JITTER_MS);
});
afterAll(async () => {
  for (const proxy of proxies) proxy.heal();
  for (const door of doors) door.close();
  await Promise.all(apps.map((app) => app.close()));
  for (const proxy of proxies) proxy.stop();
  await server.stop();
});

/** A live session for each, of every contract in turn. */
async function startSessions(count: number): Promise<RacedSession[]> {
  const raced = Array.from({ length: count }, (_, place) => {
    const client = WIRE_CLIENTS[place % WIRE_CLIENTS.length]!;
    return { client, minted: SessionToken.mint(userId, randomUUID()) };
  });
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select $1, id, $2, contract, hash, now() + interval '1 hour', now() + interval '1 day'
     from unnest($3::uuid[], $4::text[], $5::bytea[]) as fresh (id, contract, hash)`,
    [
      userId,
      tenant.id,
      raced.map(({ minted }) => minted.sessionId),
      raced.map(({ client }) => client.contract),
      raced.map(({ minted }) => minted.secretHash),
    ],
  );
  const sessions = raced.map(({ client, minted }) => ({ client, token: minted.reveal() }));
  keep(...sessions.map(({ token }) => token));
  return sessions;
}

/** Races, many at a time, until it is enough. */
async function raceUntil(isEnough: (races: LogoutRaces) => boolean, atATime = RACES_AT_A_TIME): Promise<LogoutRaces> {
  const races = new LogoutRaces(doors, tenant, random);
  while (!isEnough(races)) {
    const sessions = await startSessions(atATime);
    await Promise.all(sessions.map((session) => races.race(session)));
  }
  return races;
}

async function ridersSoFar(): Promise<{ statements: number; checks: number }> {
  const { values } = await METRICS.checkBatch.get();
  const valueOf = (suffix: string): number =>
    values.find(({ metricName }) => metricName === `curfew_session_check_batch_size_${suffix}`)!.value;
  return { statements: valueOf('count'), checks: valueOf('sum') };
}

const late = (): { answers: number; ms: number } => ({
  answers: proxies.reduce((sum, proxy) => sum + proxy.late.answers, 0),
  ms: proxies.reduce((sum, proxy) => sum + proxy.late.ms, 0),
});

describe('P1 logouts race checks while the store’s answers come late, each connection’s at random', () => {
  it(
    'no 200 to a check that began after the logout was answered, on any wire or node',
    { timeout: 60_000 },
    async () => {
      const before = { riders: await ridersSoFar(), late: late() };

      const races = await raceUntil(({ checks }) => checks >= CHECKS);

      expect([races.ghosts(), races.losses()], `JITTER_SEED=${seed}`).toEqual([[], []]);
      const [riders, lateness] = [await ridersSoFar(), late()];
      const [answers, ms] = [lateness.answers - before.late.answers, lateness.ms - before.late.ms];
      expect(WIRE_CLIENTS.map(({ contract }) => races.closeBehind(contract, CLOSE_MS) > CLOSE_CHECKS)).toEqual(
        WIRE_CLIENTS.map(() => true),
      );
      expect(answers).toBeGreaterThan(LATE_ANSWERS);
      expect(ms / answers).toBeGreaterThan(JITTER_MS / 4);
      expect((riders.checks - before.riders.checks) / (riders.statements - before.riders.statements)).toBeGreaterThan(
        RIDERS,
      );
    },
  );

  it.each([
    ['lets a check join a statement already sent', () => joinInFlight(SharedStatement)],
    ['remembers answers for 50 ms', () => rememberAnswers(SharedStatement)],
    ['answers a logout before its commit', () => answerBeforeCommit(SessionEndings)],
  ])('the same race catches a version that %s', { timeout: DEFECT_PATIENCE_MS + 10_000 }, async (_, plant) => {
    const until = performance.now() + DEFECT_PATIENCE_MS;
    const takeOut = plant();
    try {
      const races = await raceUntil((so) => so.ghosts().length > 0 || performance.now() > until, CROWD);
      expect(races.ghosts().length, `JITTER_SEED=${seed}`).toBeGreaterThan(0);
    } finally {
      takeOut();
    }
  });
});
