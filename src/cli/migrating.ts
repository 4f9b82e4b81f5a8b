import { MIGRATIONS } from '../../migrations/index.js';
import { DatabaseUnusable, prepareDatabase } from '../database/database-preparation.js';
import { isBehindPooler } from '../database/pooler.js';
import { CommandFailure } from './command-failure.js';
import type { Answer, Work } from './leaf.js';
import { openOwnDatabase } from './own-database.js';
import { counted } from './table.js';

/** Applies what is missing, all of it or none; makes the embedded database where there is none yet. */
export async function migrate({ terminal }: Work): Promise<Answer> {
  const database = await openOwnDatabase('make');
  try {
    if (await isBehindPooler(database.url).catch(() => false))
      throw new CommandFailure('DATABASE_URL: a pooler; for migrations name PostgreSQL itself.');
    const { applied } = await prepareDatabase(database.url, MIGRATIONS, true, (line) => terminal.note(line));
    const done = `The tables are up to date: ${counted(applied.length, 'migration')} applied.\n`;
    return { json: { applied }, text: applied.length > 0 ? done : 'The tables were up to date.\n' };
  } catch (error) {
    if (error instanceof DatabaseUnusable) throw new CommandFailure(error.message);
    throw error;
  } finally {
    await database.leave();
  }
}
