import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as it came in. */
export interface Received {
  headers: Record<string, string>;
  text: string;
  body: { id: string; type: string; timestamp: string; data: Record<string, unknown> };
  at: number;
}

/** How a receiver answers; by itself 204. */
export type Answering = (answer: ServerResponse, request: IncomingMessage) => void;
const THANKS: Answering = (answer) => void answer.writeHead(204).end();

/** A real receiver of webhooks on the loopback. */
export class Receiver {
  readonly received: Received[] = [];
  answering: Answering = THANKS;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(answering: Answering = THANKS): Promise<Receiver> {
    const server = createServer({ keepAliveTimeout: 1 }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(server, (server.address() as AddressInfo).port);
    receiver.answering = answering;
    server.on('request', (request: IncomingMessage, answer: ServerResponse) => void receiver.take(request, answer));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  /** What came in of a type, in the order in which it came. */
  of(type: string): Received[] {
    return this.received.filter(({ body }) => body.type === type);
  }

  /** The sessions whose endings came in, each as often as it came. */
  ended(): string[] {
    return this.of('session.ended').map(({ body }) => body.data['sessionId'] as string);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    // A port that was free is asked by others too, such as whoever waits for a server of another test.
    if (request.method !== 'POST') {
      answer.writeHead(405).end();
      return;
    }
    const text = await wholeOf(request);
    if (text === undefined) return;
    const headers = request.headers as Record<string, string>;
    this.received.push({ headers, text, body: JSON.parse(text) as Received['body'], at: Date.now() });
    this.answering(answer, request);
  }
}

/** Undefined where it was cut off, as by the death of its sender: that is none that came in. */
async function wholeOf(request: IncomingMessage): Promise<string | undefined> {
  request.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of request) text += chunk as string;
  } catch {
    return undefined;
  }
  return request.complete ? text : undefined;
}
