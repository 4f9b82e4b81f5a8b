/**
 * Loaded into the built server before it starts (`node --import`): tells over a local socket how much its heap keeps
 * after a collection, how many requests it has read and not answered, and how many statements its connections keep prepared.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SERVER } from './built.js';

// The server's own one: what is measured against here may have brought another.
const pg = /** @type {typeof import('pg')} */ (createRequire(SERVER)('pg'));

// The server starts processes of its own, which inherit its options.
if (process.argv[1] === SERVER) listen(String(process.env['MEMORY_PROBE']));

/** @param {string} path */
function listen(path) {
  v8.setFlagsFromString('--expose-gc');
  const collect = /** @type {() => void} */ (runInNewContext('gc'));
  let requests = 0;
  subscribe('http.server.request.start', () => requests++);
  subscribe('http.server.response.finish', () => requests--);
  const connections = openConnections();
  const answers = {
    heap: () => {
      collect();
      collect();
      return process.memoryUsage();
    },
    requests: () => requests,
    statements: () => [...connections].reduce((sum, one) => sum + Object.keys(one.parsedStatements).length, 0),
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (question) => {
      socket.end(JSON.stringify(answers[/** @type {keyof typeof answers} */ (question.toString())]()));
    });
  });
  server.listen(path).unref();
}

/** The driver's connections, each as long as it is open, with what it remembers to have prepared. */
function openConnections() {
  /** @typedef {import('pg').Connection & { parsedStatements: object }} Connection */
  /** @type {Set<Connection>} */
  const open = new Set();
  /** @typedef {{ connect: (this: Connection, ...to: unknown[]) => unknown }} Connecting */
  const prototype = /** @type {Connecting} */ (/** @type {unknown} */ (pg.Connection.prototype));
  const { connect } = prototype;
  prototype.connect = function (...to) {
    open.add(this);
    this.once('end', () => open.delete(this));
    return connect.apply(this, to);
  };
  return open;
}
