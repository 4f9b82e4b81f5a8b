import { connect } from 'node:net';

/**
 * One answer as it came over the wire.
 *
 * @typedef {{ status: number, head: string, body: string }} RawAnswer
 */

/**
 * Bytes that are sent as they stand; a list is written piece by piece, for as long as the server reads.
 *
 * @typedef {string | Buffer | Iterable<string | Buffer>} RawBytes
 */

/**
 * A port of this machine on which the application answers.
 *
 * @param {import('@nestjs/platform-fastify').NestFastifyApplication} app
 * @returns {Promise<number>}
 */
export async function listen(app) {
  await app.listen(0, '127.0.0.1');
  const server = /** @type {import('node:http').Server} */ (app.getHttpServer());
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/**
 * Sends bytes that no HTTP client would send, and answers what came back until the server hung up, or was silent for long.
 *
 * @param {number} port
 * @param {RawBytes} bytes
 * @returns {Promise<RawAnswer[]>}
 */
export function rawRequest(port, bytes, patienceMs = 2_000) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const received = [];
    const socket = connect(port, '127.0.0.1', () => void writeAll());
    const writeAll = async () => {
      for (const piece of typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [bytes] : bytes) {
        if (socket.destroyed || received.length > 0) return;
        socket.write(piece);
        await new Promise((next) => setImmediate(next));
      }
    };
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('data', (/** @type {Buffer} */ piece) => received.push(piece));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answersIn(Buffer.concat(received))));
  });
}

/** @param {Buffer} bytes */
function answersIn(bytes) {
  /** @type {RawAnswer[]} */
  const answers = [];
  let rest = bytes;
  for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
    const head = rest.toString('latin1', 0, end);
    const length = lengthOfBody(head);
    answers.push({ status: Number(head.slice(9, 12)), head, body: rest.toString('utf8', end + 4, end + 4 + length) });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}

// Chunked are only the empty bodies that Node writes by itself: one last chunk.
/** @param {string} head */
function lengthOfBody(head) {
  if (/^transfer-encoding: chunked$/im.test(head)) return '0\r\n\r\n'.length;
  return Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
}

/**
 * A request of these lines, without a body; the last on its connection.
 *
 * @param {string} line
 * @param {Record<string, string>} headers
 */
export function requestText(line, headers = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\nHost: sessions.example\r\nConnection: close\r\n${lines.join('')}\r\n`;
}
