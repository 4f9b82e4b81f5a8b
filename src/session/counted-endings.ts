import type { Run, TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import type { EndCause } from './session-cause.js';

/** How many rows an ending took; told to the metrics once they are gone for good. */
export async function counted(cause: EndCause, run: Run, ending: Promise<TextRow[]>): Promise<number> {
  const { length } = await ending;
  run.afterCommit(() => METRICS.sessionsEnded.inc({ cause }, length));
  return length;
}
