import { randomInt } from 'node:crypto';

const SHORTEST_MS = 1_000;
const FIRST_CEILING_MS = 8_000;
/** No pause between two attempts is longer, whatever the receiver asks for. */
const LONGEST_MS = 4 * 3_600_000;

/** Longest pause after so many failed attempts: it doubles from 8 seconds to 4 hours. */
function ceilingMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_CEILING_MS * 2 ** Math.min(failures - 1, 20));
}

/**
 * Milliseconds until the next attempt after so many failed ones, at least 1. Full jitter: anything between a second and
 * beyond it the ceiling, so that those who failed together do not come back together. `Retry-After` moves it later.
 */
export function pauseMs(failures: number, askedMs = 0): number {
  const ceiling = ceilingMs(failures);
  const pause = Math.min(LONGEST_MS, SHORTEST_MS + randomInt(ceiling + 1));
  return Math.max(pause, Math.min(LONGEST_MS, askedMs));
}

/** Milliseconds that `Retry-After` asks for; a date counts from the answer's own `Date`, since no clock of ours decides. */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number {
  if (retryAfter === undefined) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const ms = Date.parse(retryAfter) - Date.parse(date ?? '');
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
