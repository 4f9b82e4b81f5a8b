import type { Api, Query } from './api.js';
import { CommandFailure, EXIT, interrupted } from './command-failure.js';
import type { Work } from './leaf.js';

/** How a whole list may be wanted instead of a table. */
export interface ExportOptions {
  csv?: boolean;
  ndjson?: boolean;
}

/** The form of a stream, where one was asked for. */
export function exportType({ csv, ndjson }: ExportOptions): string | undefined {
  if (csv) return 'text/csv';
  return ndjson ? 'application/x-ndjson' : undefined;
}

/** Writes a whole list to stdout as it comes, in constant memory; the exit code. Throws CommandFailure where it breaks off. */
export async function exportList(work: Work, api: Api, path: string, query: Query, type: string): Promise<number> {
  const { terminal, signal } = work;
  let bytes = 0;
  try {
    for await (const chunk of await api.stream(path, query, type)) {
      await terminal.print(chunk);
      bytes += chunk.length;
      if (signal.aborted) break;
    }
  } catch (error) {
    if (signal.aborted) throw interrupted(`Interrupted after ${bytes} bytes; the list is not complete.`);
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`The list broke off after ${bytes} bytes and is not complete: ask again.`);
  }
  if (signal.aborted) throw interrupted(`Interrupted after ${bytes} bytes; the list is not complete.`);
  return EXIT.done;
}
