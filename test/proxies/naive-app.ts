import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the program behind a proxy was sent. */
export interface Received {
  method: string;
  url: string;
  /** By name as it came, letter for letter. */
  headers: [name: string, value: string][];
  body: string;
}

/** A program that has no idea of sessions: it takes everything, and tells what it got. */
export class NaiveApp {
  readonly received: Received[] = [];

  private constructor(private readonly server: Server) {}

  static async start(headers: Record<string, string> = {}): Promise<NaiveApp> {
    const server = createServer();
    const app = new NaiveApp(server.listen(0, '127.0.0.1'));
    server.on('request', (request, response) => {
      void read(request).then((received) => {
        app.received.push(received);
        const body = JSON.stringify(received);
        response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
      });
    });
    await once(server, 'listening');
    return app;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, place): [string, string][] =>
    place % 2 === 0 ? [[name, rawHeaders[place + 1]!]] : [],
  );
  return { method, url, headers, body: Buffer.concat(chunks).toString() };
}

/** What it was told about the sender, by name in lower case. */
export function identityIn({ headers }: Received): Record<string, string> {
  const told = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(told.filter(([name]) => /^x.auth/.test(name)));
}
