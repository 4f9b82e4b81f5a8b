/**
 * What it takes to end sessions: all of one user, all of an application, all of a user who is disabled, and logouts
 * that arrive together.
 *
 *   npm run bench:endings -- --rows 1000000 --own 10000 --rounds 5
 */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { runBench, SERVER } from './built.js';
import { bearer, check, each, logIn, logOut, post, timesOf } from './deeds.js';
import { PASSWORD } from './fill.js';
import { whileTidy } from './interruption.js';
import { isAsUsual, numbersFrom, requireRows } from './numbers.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { ServerProcess } from './server-process.js';
import { median } from './statistics.js';
import { TemporaryDatabase } from './temporary-database.js';

const USUAL = { rows: 1_000_000, own: 10_000, rounds: 5 };
const EVERYWHERE_MS = 300;
const APPLICATION_MS = 50;
/** Sessions checked after an application-wide logout, and logouts that arrive together. */
const SAMPLE = 5_000;
const TOGETHER = 64;
const LOGOUTS = 5_000;
const ADMINISTRATOR = { login: 'admin@localhost', password: PASSWORD };

/** As if this user had logged in so often, from as many browsers. */
const MORE = `
  insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at, ip, user_agent)
  select users.id, uuidv7(), application_id, 'native', sha256(n::text::bytea), now() + interval '1 hour', now() + interval '1 day',
         '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'
  from users, generate_series(1, $2::integer) as n where username = $1`;
const LEFT = 'select count(*)::integer as count from sessions join users on users.id = user_id where username = $1';
const COMMITS = `
  select xact_commit::integer as commits, (select n_tup_del::integer from pg_stat_user_tables where relname = 'sessions') as rows
  from pg_stat_database where datname = current_database()`;

/** @typedef {import('./deeds.js').Server} Server */
/** @typedef {import('./keep-alive-client.js').Answer} Answer */

await runBench(measure);

async function measure() {
  const how = numbersFrom(USUAL);
  requireRows('rows', how.rows);
  const opening = TemporaryDatabase.start({ rows: 2 });
  const agent = new Agent({ keepAlive: true, maxSockets: TOGETHER });
  /** @type {ServerProcess | undefined} */
  let server;
  const tidy = async () => {
    agent.destroy();
    await server?.stop();
    await (await opening).stop();
  };
  return whileTidy(tidy, async () => {
    const first = await opening;
    const database = await first.sibling('ended', { rows: how.rows }, console.log);
    const environment = { DATABASE_URL: database.url, LOG_LEVEL: 'warn', ADMIN_PASSWORD: PASSWORD };
    server = await ServerProcess.start(SERVER, environment, '/health/live');
    const at = { origin: server.origin, agent };
    console.log('Log-out-everywhere and disabled users');
    const everywhere = await rounds(how.rounds, 1, (place) => endAllOf(at, database, `user${place}`, how.own));
    const disabled = await rounds(how.rounds, 100, (place) => disable(at, database, `user${place}`, how.own));
    console.log('Logouts that arrive together');
    const together = await logoutsTogether(at, database, Math.min(LOGOUTS, how.rows / 4));
    console.log('An application logs everyone out');
    const application = await endApplication(at, database);
    return report({ everywhere, disabled, together, application }, how, database);
  });
}

/**
 * @param {number} count
 * @param {number} from
 * @param {(place: number) => Promise<number>} once
 */
async function rounds(count, from, once) {
  const ms = [];
  for (let place = from; place < from + count; place++) ms.push(await once(place));
  return ms;
}

/**
 * @param {Server} at
 * @param {TemporaryDatabase} database
 * @param {string} username
 * @param {number} own
 */
async function endAllOf(at, database, username, own) {
  await database.query(MORE, [username, own]);
  const { token } = tokenOf(await logIn(at, username));
  return ended(await logOut(at, token, { scope: 'all' }), 204, username, database);
}

/**
 * @param {Server} at
 * @param {TemporaryDatabase} database
 * @param {string} username
 * @param {number} own
 */
async function disable(at, database, username, own) {
  await database.query(MORE, [username, own]);
  const [row] = await database.query('select id from users where username = $1', [username]);
  const { token } = tokenOf(await logIn(at, ADMINISTRATOR.login));
  const path = `/api/v1/admin/users/${String(row?.['id'])}`;
  return ended(await post(at, path, bearer(token), { status: 'disabled' }, 'PATCH'), 200, username, database);
}

/**
 * How long it took; throws where a session is left, or the answer is another.
 *
 * @param {Answer} answer
 * @param {number} status
 * @param {string} username
 * @param {TemporaryDatabase} database
 */
async function ended(answer, status, username, database) {
  const [left] = await database.query(LEFT, [username]);
  if (answer.status !== status) throw new Error(`${status} was awaited, not ${answer.status}: ${answer.body}`);
  if (left?.['count'] !== 0) throw new Error(`${String(left?.['count'])} sessions of ${username} are left.`);
  return answer.ms;
}

/**
 * @param {Server} at
 * @param {TemporaryDatabase} database
 * @param {number} count
 */
async function logoutsTogether(at, database, count) {
  const tokens = await database.tokens(count);
  const before = await commits(database);
  const startedAt = performance.now();
  const answers = await each(tokens, TOGETHER, (token) => logOut(at, token));
  const ms = performance.now() - startedAt;
  const after = await commits(database);
  const failures = answers.filter(({ status }) => status !== 204).length;
  return { answers, failures, perSecond: (tokens.length * 1_000) / ms, commits: (after - before) / tokens.length };
}

/**
 * The database counts with a delay of a second.
 *
 * @param {TemporaryDatabase} database
 */
async function commits(database) {
  await pause(2_000);
  const [row] = await database.query(COMMITS);
  return Number(row?.['commits']);
}

/**
 * @param {Server} at
 * @param {TemporaryDatabase} database
 */
async function endApplication(at, database) {
  const tokens = await database.tokens(SAMPLE);
  const alive = await each(tokens, TOGETHER, (token) => check(at, token));
  const { ms, sessions } = await logEveryoneOut(at, database);
  const dead = await each(tokens, TOGETHER, (token) => check(at, token));
  const wrong =
    alive.filter(({ status }) => status !== 200).length + dead.filter(({ status }) => status !== 401).length;
  return { ms, sessions, asked: tokens.length, wrong };
}

/**
 * @param {Server} at
 * @param {TemporaryDatabase} database
 */
async function logEveryoneOut(at, database) {
  const { token } = tokenOf(await logIn(at, ADMINISTRATOR.login));
  const [row] = await database.query(
    'select applications.id, (select count(*)::integer from sessions) as sessions from applications',
  );
  const path = `/api/v1/admin/applications/${String(row?.['id'])}/sessions/end`;
  const answer = await post(at, path, bearer(token), { reason: 'A measurement' });
  if (answer.status !== 200) throw new Error(`200 was awaited, not ${answer.status}: ${answer.body}`);
  return { ms: answer.ms, sessions: Number(row?.['sessions']) };
}

/** @param {Answer} answer */
function tokenOf(answer) {
  if (answer.status !== 200) throw new Error(`No login: ${answer.body}`);
  return /** @type {{ token: string }} */ (JSON.parse(answer.body));
}

/**
 * @param {{ everywhere: number[], disabled: number[], together: Awaited<ReturnType<typeof logoutsTogether>>, application: Awaited<ReturnType<typeof endApplication>> }} found
 * @param {{ rows: number, own: number, rounds: number }} how
 * @param {TemporaryDatabase} database
 */
async function report({ everywhere, disabled, together, application }, how, database) {
  const [own, all] = [how.own.toLocaleString('en'), application.sessions.toLocaleString('en')];
  const section = {
    name: 'endings',
    order: 41,
    title: 'Ending very many sessions',
    command: 'npm run bench:endings',
    setting: `${how.rows.toLocaleString('en')} sessions in the table; medians of ${how.rounds}; logouts together over ${TOGETHER} connections.`,
    versions: await versionsOf(database),
    gates: [
      {
        what: `endings: log out everywhere, ${own} sessions`,
        atMost: EVERYWHERE_MS,
        found: rounded(median(everywhere)),
        unit: 'ms',
      },
      {
        what: `endings: log out everyone of an application, ${all} sessions`,
        atMost: APPLICATION_MS,
        found: rounded(application.ms),
        unit: 'ms',
      },
      {
        what: `endings: of ${application.asked.toLocaleString('en')} sessions of an application, checks with another answer than 200 before and 401 after`,
        atMost: 0,
        found: application.wrong,
      },
      {
        what: 'endings: commits a logout, where logouts arrive together',
        atMost: 0.2,
        found: rounded(together.commits),
      },
      { what: 'endings: logouts that were not answered 204', atMost: 0, found: together.failures },
    ],
    ratios: [],
    figures: [
      {
        title: 'Answered after',
        rows: {
          [`log out everywhere, ${own} sessions`]: span(everywhere),
          [`disable a user, ${own} sessions`]: span(disabled),
          [`log out everyone of an application, ${all} sessions`]: span([application.ms]),
        },
      },
      {
        title: 'Logouts together',
        rows: {
          logouts: {
            'a second': Math.round(together.perSecond),
            'p50 ms': timesOf(together.answers).p50,
            'p99 ms': timesOf(together.answers).p99,
            'commits a logout': rounded(together.commits),
          },
        },
      },
    ],
    charts: [],
    notes: ['Rows of an application’s sessions go later, as the sweeper takes them; their checks are refused at once.'],
  };
  print(section);
  if (isAsUsual(how, USUAL)) await publish(section);
  return verdict(section);
}

/** @param {number[]} ms */
function span(ms) {
  return { 'median ms': rounded(median(ms)), 'max ms': rounded(Math.max(...ms)) };
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 1_000) / 1_000;
}
