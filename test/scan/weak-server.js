/** A server as none should be: it writes what it is given into its SQL and its pages. A scanner that finds nothing here finds nothing. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import pg from 'pg';
import { bearer, form, json, post } from '../ghost/wires.js';

/** @typedef {import('node:http').IncomingMessage} Request */

/** The same forms in which Curfew is asked, each with a `*` where sqlmap writes. @type {import('./places.js').Place[]} */
export const WEAK_PLACES = [
  { name: 'control: field of JSON', asked: post('/', json({ login: 'weak*', password: 'any' })) },
  { name: 'control: field of a form', asked: post('/', form({ token: 'weak*' })) },
  { name: 'control: base64 in a form', asked: post('/', form({ cred: 'd2Vhaw==' })), isBase64: true },
  { name: 'control: query', asked: { path: '/?key=weak*' } },
  { name: 'control: path', asked: { path: '/weak*' } },
  { name: 'control: bearer token', asked: { path: '/', headers: bearer('weak*') } },
  { name: 'control: cookie', asked: { path: '/', headers: { cookie: 'authToken=weak*' } } },
];

export class WeakServer {
  /** @param {import('node:http').Server} server @param {pg.Pool} pool */
  constructor(server, pool) {
    this.server = server;
    this.pool = pool;
    /** By the address from which they say they come. @type {Map<string, number>} */
    this.requests = new Map();
  }

  /** @param {string} databaseUrl */
  static async start(databaseUrl) {
    // One that is made to sleep keeps no other waiting.
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 }).on('error', () => {});
    const server = createServer((request, response) => {
      weak.count(request);
      void weak.answer(request, response);
    });
    const weak = new WeakServer(server, pool);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return weak;
  }

  get origin() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    return `http://127.0.0.1:${port}`;
  }

  /** @param {Request} request */
  count({ headers }) {
    const from = String(headers['x-forwarded-for'] ?? '');
    this.requests.set(from, this.requestsFrom(from) + 1);
  }

  /** @param {string} address Empty for those who name none. */
  requestsFrom(address) {
    return this.requests.get(address) ?? 0;
  }

  /** @param {Request} request @param {import('node:http').ServerResponse} response */
  async answer(request, response) {
    let body = '';
    for await (const piece of request) body += String(piece);
    const given = givenIn(request, body);
    try {
      const { rows } = await this.pool.query(
        `select name from (values ('weak'), ('other')) as t (name) where name = '${given}'`,
      );
      response.statusCode = rows.length > 0 ? 200 : 401;
      response.setHeader('content-type', 'text/html');
      response.end(`<html><body><form action="/"><input name="key"></form>${given}: ${rows.length}</body></html>`);
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await this.pool.end();
  }
}

/** @param {Request} request @param {string} body */
function givenIn({ headers, url = '/' }, body) {
  const { searchParams, pathname } = new URL(url, 'http://weak.test');
  if (headers['content-type']?.includes('json')) return fieldOf(body, 'login');
  const fields = new URLSearchParams(body);
  const cred = fields.get('cred');
  if (cred !== null) return Buffer.from(cred, 'base64').toString();
  return (
    fields.get('token') ??
    searchParams.get('key') ??
    headers.authorization?.slice('Bearer '.length) ??
    (headers.cookie === undefined ? undefined : decodeURIComponent(headers.cookie.replace(/^authToken=/, ''))) ??
    decodeURIComponent(pathname.slice(1))
  );
}

/** @param {string} body @param {string} name */
function fieldOf(body, name) {
  try {
    return String(/** @type {Record<string, unknown>} */ (JSON.parse(body))[name]);
  } catch {
    return '';
  }
}
