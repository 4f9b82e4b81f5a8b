import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const { resolve } = createRequire(import.meta.url);
const SCRIPTS: Record<string, string> = {
  '/backendless.js': 'backendless/dist/backendless.min.js',
  '/axios.js': 'axios/dist/axios.min.js',
};

/** Pages of another origin than the server's, with the real clients as their scripts. */
export class PageOrigin {
  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<PageOrigin> {
    const server = createServer(({ url = '/' }, response) => {
      const script = SCRIPTS[url];
      if (script) response.setHeader('content-type', 'text/javascript').end(readFileSync(fileOf(script)));
      else response.setHeader('content-type', 'text/html').end(pageWith(Object.keys(SCRIPTS)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PageOrigin(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

// Through the package's own file: not every package lets its dist be named.
function fileOf(script: string): string {
  const [name] = script.split('/') as [string];
  const main = resolve(name);
  return `${main.slice(0, main.lastIndexOf(`/node_modules/${name}/`))}/node_modules/${script}`;
}

function pageWith(scripts: string[]): string {
  const tags = scripts.map((script) => `<script src="${script}"></script>`).join('');
  return `<!doctype html><html lang="en"><title>A front end</title>${tags}</html>`;
}
