import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { MIGRATIONS } from '../../migrations/index.js';
import { found, toldOnce } from '../app.founding.js';
import { createApp } from '../app.setup.js';
import { ApplicationService } from '../application/application.service.js';
import { DatabaseUnusable, prepareDatabase } from '../database/database-preparation.js';
import { ServiceKeyService } from '../service-key/service-key.service.js';
import { CommandFailure } from './command-failure.js';
import { openOwnDatabase, type OwnDatabase } from './own-database.js';
import { OwnKey } from './own-key.js';
import type { Call, Reply, Transport } from './transport.js';

const BEHIND =
  'The tables of this database are not up to date: run `curfew migrate`, or start the server, which does it.';

/** The whole application within this process, on the database of this machine: it listens nowhere and answers this command alone. */
export class OwnTransport implements Transport {
  private readonly ownKey: OwnKey;

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly database: OwnDatabase,
    makesLasting: boolean,
  ) {
    this.ownKey = new OwnKey(app.get(ServiceKeyService), makesLasting);
  }

  /** Throws CommandFailure where there is no database, or its tables are behind; `tell` hears secrets that are shown once. */
  static async open(tell: (line: string) => void, makesLasting: boolean): Promise<OwnTransport> {
    const database = await openOwnDatabase('refuse');
    try {
      const app = await appOn(database);
      const transport = new OwnTransport(app, database, makesLasting);
      if (!(await app.get(ApplicationService).findHome())) {
        const secrets = await found(app, database.environment);
        tell(toldOnce(database.environment, secrets).trim());
      }
      return transport;
    } catch (error) {
      await database.leave();
      if (error instanceof DatabaseUnusable) throw new CommandFailure(error.message);
      throw error;
    }
  }

  get place(): string {
    return 'the database of this machine';
  }

  key(): Promise<string> {
    return this.ownKey.reveal();
  }

  async send({ method, path, headers, body }: Call): Promise<Reply> {
    const answer = await this.app.inject({
      method,
      url: path,
      headers,
      payloadAsStream: true,
      ...(body !== undefined && { payload: body }),
    });
    return { status: answer.statusCode, body: answer.stream() };
  }

  async close(): Promise<void> {
    try {
      await this.ownKey.end();
      await this.app.close();
    } finally {
      await this.database.leave();
    }
  }
}

async function appOn({ url, environment }: OwnDatabase): Promise<NestFastifyApplication> {
  const { isPooled } = await prepareDatabase(url, MIGRATIONS, false, () => {}, BEHIND);
  return createApp(environment, url, pino({ level: 'silent' }), isPooled);
}
