import { once } from 'node:events';
import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AnnouncedEvent } from '../src/event/announced-event.dto.js';

/** An event as a stream brought it, with its cursor and the instant at which it came. */
export interface Received {
  cursor: string;
  type: string;
  event: AnnouncedEvent;
  at: number;
}

/** A client of an event stream: it reads frames as browsers do, and remembers them. */
export class EventClient {
  readonly received: Received[] = [];
  readonly comments: string[] = [];
  retry: string | undefined;
  cursor = '';
  readonly closed: Promise<void>;
  private rest = '';

  private constructor(
    private readonly sent: ClientRequest,
    private readonly answer: IncomingMessage,
  ) {
    this.closed = new Promise((resolve) => answer.once('close', resolve));
    answer.setEncoding('utf8').on('error', () => {});
    if (this.status === 200) answer.on('data', (text: string) => this.read(text));
  }

  static async open(
    origin: string,
    key: string,
    { query = '', lastEventId }: { query?: string; lastEventId?: string } = {},
  ): Promise<EventClient> {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    const sent = request(`${origin}/api/v1/events/stream${query}`, { headers, agent: false }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    sent.on('error', () => {});
    return new EventClient(sent, answer);
  }

  get status(): number {
    return this.answer.statusCode!;
  }

  get headers(): IncomingHttpHeaders {
    return this.answer.headers;
  }

  /** Of the refusal, where it was refused. */
  async body(): Promise<{ code: string }> {
    let text = '';
    for await (const piece of this.answer) text += String(piece);
    return JSON.parse(text) as { code: string };
  }

  /** Reads nothing more, until `resume`. */
  pause(): void {
    this.answer.pause();
  }

  resume(): void {
    this.answer.resume();
  }

  close(): void {
    this.sent.destroy();
  }

  private read(text: string): void {
    const frames = (this.rest + text).split('\n\n');
    this.rest = frames.pop()!;
    for (const frame of frames) this.take(frame.split('\n'));
  }

  private take(lines: string[]): void {
    const fields = new Map<string, string>();
    for (const line of lines) {
      const [, name, value] = /^(\w*): ?(.*)$/.exec(line)!;
      if (name === '') this.comments.push(value!);
      else fields.set(name!, value!);
    }
    this.retry = fields.get('retry') ?? this.retry;
    this.cursor = fields.get('id') ?? this.cursor;
    const data = fields.get('data');
    if (data === undefined) return;
    this.received.push({
      cursor: this.cursor,
      type: fields.get('event')!,
      event: JSON.parse(data) as AnnouncedEvent,
      at: performance.now(),
    });
  }
}
