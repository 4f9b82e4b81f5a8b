import { createCurfewClient, CurfewUnavailable, tokenOf, type CurfewClientOptions } from 'curfew/client/plain';
import { createServer, type Server, type ServerResponse } from 'node:http';

/** node:http and the plain client, as in docs/services.md; anything else throws is for the framework to tell. */
export function plainService(options: CurfewClientOptions): Server {
  const curfew = createCurfewClient(options);
  return createServer((request, response) => {
    curfew.check(tokenOf(request)).then(
      (principal) => {
        if (principal) send(response, 200, { username: principal.username });
        else send(response.setHeader('WWW-Authenticate', 'Bearer'), 401, {});
      },
      (error: unknown) => {
        const seconds = error instanceof CurfewUnavailable ? error.retryAfterSeconds : 1;
        send(response.setHeader('Retry-After', seconds), 503, {});
      },
    );
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
