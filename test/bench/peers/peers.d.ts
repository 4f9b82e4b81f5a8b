// What the benches use of packages that are installed only when they run: types must hold before that, too.
declare module 'echarts' {
  export function init(
    element: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ): { setOption(option: object): void; renderToSVGString(): string; dispose(): void };
}

declare module 'express' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Session {
    id: string;
    cookie: { expires: Date };
    destroy(done: (error?: unknown) => void): void;
  }
  type Request = IncomingMessage & { user?: { id: string; username: string; roles: string[] }; session: Session };
  type Response = ServerResponse & { json(body: object): void; status(code: number): Response };
  export type Handler = (request: Request, response: Response, next: (error?: unknown) => void) => void;

  interface Application {
    use(handler: unknown): Application;
    use(path: string, handler: unknown): Application;
    get(path: string, handler: Handler): void;
    post(path: string, ...handlers: Handler[]): void;
    listen(port: number, host: string): void;
  }
  const express: { (): Application; json(): Handler };
  export default express;
}

declare module 'express-session' {
  export default function session(options: object): unknown;
}

declare module 'connect-pg-simple' {
  export default function connectPgSimple(session: unknown): new (options: object) => object;
}

declare module 'better-auth' {
  export function betterAuth(options: object): object;
}

declare module 'better-auth/db/migration' {
  export function getMigrations(options: object): Promise<{ runMigrations(): Promise<void> }>;
}

declare module 'better-auth/node' {
  export function toNodeHandler(auth: object): import('node:http').RequestListener;
}

declare module 'parse-server' {
  export class ParseServer {
    constructor(options: object);
    app: unknown;
    start(): Promise<void>;
  }
}
