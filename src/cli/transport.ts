import type { Readable } from 'node:stream';

/** One HTTP request to a Curfew server, complete but for where the server is. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer<ArrayBuffer>;
  /** Gives up waiting; what was asked may be done all the same. */
  signal?: AbortSignal;
}

/** What came back: the status at once, the body as it comes. */
export interface Reply {
  status: number;
  body: Readable;
}

/** How a call reaches the server: over HTTP, or within this process on the same database. */
export interface Transport {
  /** For people, in messages: where the answers come from. */
  readonly place: string;
  /** Throws CommandFailure where the server cannot be reached. */
  send(call: Call): Promise<Reply>;
  /** The key to show with the next call. */
  key(): Promise<string>;
  close(): Promise<void>;
}
