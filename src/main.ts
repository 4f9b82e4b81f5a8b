import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import v8 from 'node:v8';
import type { Logger } from 'pino';
import { MIGRATIONS } from '../migrations/index.js';
import { found, toldOnce } from './app.founding.js';
import { createLogger } from './app.logger.js';
import { createApp } from './app.setup.js';
import { DatabaseUnusable, prepareDatabase } from './database/database-preparation.js';
import { EmbeddedPostgres } from './database/embedded-postgres.js';
import { warnOfPlainConnection } from './database/plain-connection.js';
import { readEnvironment, SettingError, type Environment } from './environment/environment.js';
import { Readiness } from './health/readiness.js';
import { loggable } from './http/request-log.js';

/** Between "not ready" and the last accepted request: the time in which proxies notice. */
const DRAIN_MS = 2_000;
/** After that no connection is taken any more: a proxy is refused and asks another node. Those taken before are served. */
const LAST_CONNECTIONS_MS = 200;
const CLOSE_MS = 10_000;
const LAST_RESORT_MS = 2_000;

// A check lives for one round trip to the store: V8 would take what it allocates for long-lived and put it into the old
// heap, where, once dead, it keeps whole requests from being collected young. Measured: npm run bench:check.
v8.setFlagsFromString('--no-allocation-site-pretenuring');

async function serve(): Promise<void> {
  const environment = readEnvironment();
  const logger = createLogger(environment);
  const embedded = environment.DATABASE_URL === undefined ? await startEmbedded(environment, logger) : undefined;
  try {
    const url = environment.DATABASE_URL ?? embedded!.url;
    const tell = (line: string): void => logger.info(line);
    const { isPooled } = await prepareDatabase(url, MIGRATIONS, environment.MIGRATE === 'on', tell);
    const app = await createApp(environment, url, logger, isPooled);
    await warnOfPlainConnection(app, (line) => logger.warn(line));
    const secrets = await found(app, environment);
    // To the terminal and not into the log; also when the server then cannot listen, since nobody is told again.
    await listen(app, environment).finally(() => process.stdout.write(toldOnce(environment, secrets)));
    welcome(environment, embedded);
    stopOnSignal(app, logger, embedded);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function startEmbedded({ DATA_DIR }: Environment, logger: Logger): Promise<EmbeddedPostgres> {
  try {
    const embedded = await EmbeddedPostgres.start(DATA_DIR);
    embedded.watch((line) => logger.warn(line));
    return embedded;
  } catch (error) {
    throw new DatabaseUnusable(`DATA_DIR: ${(error as Error).message}`, { cause: error });
  }
}

async function listen(app: NestFastifyApplication, { PORT, HOST }: Environment): Promise<void> {
  try {
    // Not through Nest, which would tell the refusal a second time, in words of its own.
    await app.getHttpAdapter().getInstance().listen({ port: PORT, host: HOST });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new SettingError(`PORT: ${PORT} on ${HOST} is in use; choose another`);
    if (code === 'EACCES') throw new SettingError(`PORT: ${PORT} needs privileges that this process does not have`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new SettingError(`HOST: ${HOST} is no address of this machine`);
    throw error;
  }
}

function welcome({ BASE_URL, isSecureContext, HOST, PORT }: Environment, embedded: EmbeddedPostgres | undefined): void {
  const lines = [
    `Curfew listens on ${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`,
    `  Swagger UI      ${BASE_URL}/docs`,
  ];
  if (embedded) lines.push(`  Database        its own PostgreSQL in ${embedded.directory}`);
  if (!isSecureContext)
    lines.push('', '  BASE_URL is plain http: cookies are sent without Secure. For development only.');
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

async function leaveRotation(app: NestFastifyApplication): Promise<void> {
  await pause(DRAIN_MS);
  app.getHttpAdapter().getInstance().server.close();
  await pause(LAST_CONNECTIONS_MS);
}

/** What did not end in time is cut off; a database of our own is not left behind. */
async function giveUp(embedded: EmbeddedPostgres | undefined): Promise<void> {
  await Promise.race([embedded?.stop(), pause(LAST_RESORT_MS)]).catch(() => {});
  process.exit(1);
}

// SIGTERM drains: not ready at once, serving on while proxies notice, then the accepted requests are finished. Ctrl-C and
// a closed terminal skip the wait. A fault that nobody caught may have left anything behind: the process drains and ends.
function stopOnSignal(app: NestFastifyApplication, logger: Logger, embedded: EmbeddedPostgres | undefined): void {
  let isStopping = false;
  const stop = async (why: NodeJS.Signals | 'fault'): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    if (why === 'SIGHUP') logger.level = 'silent'; // The terminal is gone, and writing to it would throw.
    logger.info(`${why}: finishing accepted requests`);
    setTimeout(() => void giveUp(embedded), DRAIN_MS + CLOSE_MS).unref();
    app.get(Readiness).drain();
    if (why === 'SIGTERM' || why === 'fault') await leaveRotation(app);
    await app.close();
    await embedded?.stop();
    process.exit(why === 'fault' ? 1 : 0);
  };
  const stopOrDie = (why: NodeJS.Signals | 'fault'): void => {
    stop(why).catch((error: unknown) => {
      logger.fatal(error, 'could not stop cleanly');
      process.exit(1);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stopOrDie);
  process.on('uncaughtException', (fault) => {
    logger.fatal({ err: loggable(fault) }, 'a fault that nobody caught');
    stopOrDie('fault');
  });
}

// As of the log: what is told to people is lost where the disk under it is full.
process.stdout.on('error', () => {});

try {
  await serve();
} catch (error) {
  const isForPeople = error instanceof SettingError || error instanceof DatabaseUnusable;
  process.stderr.write(`${isForPeople ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
}
