/** What work costs the database: processor time, bytes and flushes of the write-ahead log. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf } from '../nginx.js';

// Linux counts the time of processes that ended in hundredths of a second.
const TICK_US = 10_000;
// A back end tells its numbers within seconds, or when it ends: the nodes make new ones.
const END_BACK_ENDS = `select pg_terminate_backend(pid, 1000) from pg_stat_activity where application_name = 'curfew'`;
const TOLD_MS = 300;
const WARM_UP = 100;

const SO_FAR = `
  select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes,
         (select sum(fsyncs) from pg_stat_io where object = 'wal') as fsyncs`;

/** @typedef {{ cpuUs: number, walBytes: number, fsyncs: number }} Cost */

export class DatabaseCost {
  /** @param {import('../temporary-database.js').TemporaryDatabase} database */
  constructor(database) {
    this.database = database;
    const lock = readFileSync(join(database.folder, 'data/postgres/postmaster.pid'), 'utf8');
    this.postmaster = Number(lock.split('\n')[0]);
  }

  /** All its processes so far, in microseconds; those that ended stand in the account of their parent. */
  cpuUs() {
    const living = childrenOf(this.postmaster).reduce((sum, pid) => sum + runTimeUs(pid), 0);
    return living + runTimeUs(this.postmaster) + endedUs(this.postmaster);
  }

  /**
   * What the work does to each of `all` costs. New back ends first learn the tables: the first few do not count for the
   * processor time.
   *
   * @template T
   * @param {T[]} all
   * @param {(some: T[]) => Promise<void>} work
   * @returns {Promise<Cost>}
   */
  async of(all, work) {
    const before = await this.written();
    await work(all.slice(0, WARM_UP));
    const beganUs = this.cpuUs();
    await work(all.slice(WARM_UP));
    const tookUs = this.cpuUs() - beganUs;
    const after = await this.written();
    return {
      cpuUs: tookUs / (all.length - WARM_UP),
      walBytes: (after.bytes - before.bytes) / all.length,
      fsyncs: (after.fsyncs - before.fsyncs) / all.length,
    };
  }

  async written() {
    await this.database.query(END_BACK_ENDS);
    await pause(TOLD_MS);
    const [row] = await this.database.query(SO_FAR);
    return { bytes: Number(row?.['bytes']), fsyncs: Number(row?.['fsyncs']) };
  }
}

/**
 * Of a process with one thread, as PostgreSQL's are.
 *
 * @param {number} pid
 */
function runTimeUs(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000;
  } catch {
    return 0; // It ended meanwhile, and its parent has its time.
  }
}

/** @param {number} parent */
function endedUs(parent) {
  const fields = readFileSync(`/proc/${parent}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * TICK_US;
}
