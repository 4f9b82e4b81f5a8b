/** Scanners fail to log in more often than anybody may. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const BREAK_MS = 100;

/**
 * Budgets of failed logins are forgotten again and again: scanners shall meet the code behind them, and the budgets have
 * tests of their own. What it answers ends that.
 *
 * @param {string} url
 */
export async function forgiving(url) {
  const client = new pg.Client(url);
  await client.connect();
  const over = new AbortController();
  const forgive = async () => {
    for (; !over.signal.aborted; await pause(BREAK_MS)) await client.query('delete from login_attempts');
  };
  const ended = forgive().catch(() => {}); // Where the database has gone, the scan tells it.
  return async () => {
    over.abort();
    await ended;
    await client.end();
  };
}
