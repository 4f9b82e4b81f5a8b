import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SettingError, readEnvironment, type Environment } from '../environment/environment.js';
import { CommandFailure } from './command-failure.js';

/** The database that the settings of this folder name, and how to leave it again. */
export interface OwnDatabase {
  url: string;
  environment: Environment;
  leave(): Promise<void>;
}

/** Whether a database that is not there yet may be made. */
export type IfAbsent = 'make' | 'refuse';

/**
 * `DATABASE_URL`, or the embedded database of `DATA_DIR`: joined while a server runs on it, started where none does.
 * Throws CommandFailure for bad settings, and where there is none: a command typed in the wrong folder makes no database.
 */
export async function openOwnDatabase(ifAbsent: IfAbsent): Promise<OwnDatabase> {
  const environment = settings();
  const { DATABASE_URL: url, DATA_DIR: folder } = environment;
  if (url !== undefined) return { url, environment, leave: async () => {} };
  if (ifAbsent === 'refuse' && !existsSync(join(folder, 'postgres'))) throw noDatabase(folder);
  try {
    const { EmbeddedPostgres } = await import('../database/embedded-postgres.js');
    const embedded = await EmbeddedPostgres.start(folder);
    return { url: embedded.url, environment, leave: () => embedded.stop() };
  } catch (error) {
    throw new CommandFailure(`DATA_DIR: ${(error as Error).message}`);
  }
}

/** The settings as the server reads them. Throws CommandFailure. */
export function settings(): Environment {
  try {
    return readEnvironment();
  } catch (error) {
    if (error instanceof SettingError) throw new CommandFailure(error.message);
    throw error;
  }
}

function noDatabase(folder: string): CommandFailure {
  return new CommandFailure(
    `There is no database in ${resolve(folder)}. Begin with \`curfew start\`, or go to the folder where the server was ` +
      'started, or set DATABASE_URL; for a server elsewhere set CURFEW_URL and CURFEW_KEY.',
  );
}
