/** Of the machine only what the figures depend on; neither its name nor its address. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

export function machine() {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores of ${model}, ${memory} GB of memory, ${type()} ${release()}`;
}

/**
 * @param {{ query(text: string): Promise<Record<string, unknown>[]> }} database
 * @returns {Promise<Record<string, string>>}
 */
export async function versionsOf(database) {
  const [row] = await database.query('show server_version');
  return { 'Node.js': process.versions.node, PostgreSQL: String(row?.['server_version']) };
}
