import type { SessionPlace } from '../session/filtered-endings.js';
import type { Job } from './job.js';
import type { FoundBatch } from './job-work.js';

/** Jobs whose finds are kept at a time. */
const JOBS = 4;

/**
 * What a search found and no batch has taken yet. It decides nothing: each batch judges its rows again once it holds them.
 * Where the job stands elsewhere by now, since another node went on or a batch was rolled back, it is of no use.
 */
export class FoundAhead {
  private readonly finds = new Map<string, { from: string; batch: FoundBatch }>();

  keep(job: Job, batch: FoundBatch): void {
    this.finds.delete(job.id);
    this.finds.set(job.id, { from: nameOf(job.place), batch });
    for (const id of [...this.finds.keys()].slice(0, -JOBS)) this.finds.delete(id);
  }

  /** The next so many behind where the job stands; undefined where that is not known. */
  next(job: Job, size: number): FoundBatch | undefined {
    const found = this.finds.get(job.id);
    this.finds.delete(job.id);
    if (found?.from !== nameOf(job.place) || found.batch.sessions.length === 0) return undefined;
    const sessions = found.batch.sessions.slice(0, size);
    const rest = found.batch.sessions.slice(size);
    if (rest.length > 0) this.keep({ ...job, place: sessions.at(-1)!.place }, { ...found.batch, sessions: rest });
    return { sessions, isEnd: rest.length === 0 && found.batch.isEnd };
  }
}

function nameOf(place: SessionPlace | null): string {
  return place ? `${place.startedAt} ${place.id}` : '';
}
