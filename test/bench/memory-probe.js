/**
 * Loaded into the built server before it starts (`node --import`): tells over a local socket how much its heap keeps
 * after a collection, and how many requests it has read and not answered.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:net';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SERVER } from './built.js';

// The server starts processes of its own, which inherit its options.
if (process.argv[1] === SERVER) listen(String(process.env['MEMORY_PROBE']));

/** @param {string} path */
function listen(path) {
  v8.setFlagsFromString('--expose-gc');
  const collect = /** @type {() => void} */ (runInNewContext('gc'));
  let requests = 0;
  subscribe('http.server.request.start', () => requests++);
  subscribe('http.server.response.finish', () => requests--);
  const answers = {
    heap: () => {
      collect();
      collect();
      return process.memoryUsage();
    },
    requests: () => requests,
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (question) => {
      socket.end(JSON.stringify(answers[/** @type {keyof typeof answers} */ (question.toString())]()));
    });
  });
  server.listen(path).unref();
}
