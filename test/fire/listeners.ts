import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { BurningCluster } from './burning-cluster.js';

/** An event as every way of listening brings it. */
export interface HeardEvent {
  id: string;
  type: string;
  data: { sessionId: string; userId: string };
}

/** What a listener has heard, and when. */
export class Hearing {
  readonly events: HeardEvent[] = [];
  readonly firstAt = new Map<string, number>();

  hear(event: HeardEvent): void {
    this.events.push(event);
    if (!this.firstAt.has(event.id)) this.firstAt.set(event.id, performance.now());
  }

  /** Ids of events of a type, each once. */
  idsOf(type: string): Set<string> {
    return new Set(this.events.filter((event) => event.type === type).map(({ id }) => id));
  }
}

/** Long polls with a cursor; whatever fails is asked again with the same one, at another node. */
export async function poll(cluster: BurningCluster, key: string, cursor: string, stop: AbortSignal): Promise<Hearing> {
  const hearing = new Hearing();
  void (async () => {
    let after = cursor;
    while (!stop.aborted) {
      try {
        const url = `${cluster.origin()}/api/v1/events?wait=5&limit=500&after=${after}`;
        const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` }, signal: stop });
        if (answer.status !== 200) throw new Error(String(answer.status));
        const { events, next } = (await answer.json()) as { events: HeardEvent[]; next: string };
        events.forEach((event) => hearing.hear(event));
        after = next;
      } catch {
        await pause(50);
      }
    }
  })();
  return hearing;
}

/** Server-sent events; a stream that breaks is opened again with the id of the last one heard, at another node. */
export async function stream(
  cluster: BurningCluster,
  key: string,
  cursor: string,
  stop: AbortSignal,
): Promise<Hearing> {
  const hearing = new Hearing();
  void (async () => {
    let lastId = cursor;
    while (!stop.aborted) {
      try {
        const headers = { authorization: `Bearer ${key}`, 'last-event-id': lastId };
        const answer = await fetch(`${cluster.origin()}/api/v1/events/stream`, { headers, signal: stop });
        if (answer.status !== 200) throw new Error(String(answer.status));
        for await (const { id, data } of messagesIn(answer.body!)) {
          if (data !== undefined) hearing.hear(JSON.parse(data) as HeardEvent);
          lastId = id ?? lastId;
        }
      } catch {
        await pause(50);
      }
    }
  })();
  return hearing;
}

async function* messagesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<{ id?: string; data?: string }> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const lines = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? []);
      yield Object.fromEntries(lines) as { id?: string; data?: string };
    }
  }
}

/** A receiver of webhooks that refuses every tenth delivery once, as receivers do. */
export async function receive(): Promise<{
  server: Server;
  url: string;
  hearing: Hearing;
  deliveryIds: Map<string, string>;
}> {
  const hearing = new Hearing();
  const deliveryIds = new Map<string, string>();
  const refused = new Set<string>();
  let count = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const event = JSON.parse(text) as HeardEvent;
      if (++count % 10 === 0 && !refused.has(event.id)) {
        refused.add(event.id);
        response.writeHead(500).end();
        return;
      }
      deliveryIds.set(event.id, String(request.headers['webhook-id']));
      hearing.hear(event);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/hook`, hearing, deliveryIds };
}
