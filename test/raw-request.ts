import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type AddressInfo } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Bytes that are sent as they stand; a list is written piece by piece, for as long as the server reads. */
export type RawBytes = string | Buffer | Iterable<string | Buffer>;

/** A port of this machine on which the application answers. */
export async function listen(app: NestFastifyApplication): Promise<number> {
  await app.listen(0, '127.0.0.1');
  return (app.getHttpServer().address() as AddressInfo).port;
}

/** Sends bytes that no HTTP client would send, and answers what came back until the server hung up, or was silent for long. */
export function rawRequest(port: number, bytes: RawBytes, patienceMs = 2_000): Promise<RawAnswer[]> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => void writeAll());
    const writeAll = async (): Promise<void> => {
      for (const piece of typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [bytes] : bytes) {
        if (socket.destroyed || received.length > 0) return;
        socket.write(piece);
        await new Promise((next) => setImmediate(next));
      }
    };
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('data', (piece) => received.push(piece));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answersIn(Buffer.concat(received))));
  });
}

function answersIn(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
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
function lengthOfBody(head: string): number {
  if (/^transfer-encoding: chunked$/im.test(head)) return '0\r\n\r\n'.length;
  return Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
}

/** A request of these lines, without a body; the last on its connection. */
export function requestText(line: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\nHost: sessions.example\r\nConnection: close\r\n${lines.join('')}\r\n`;
}
